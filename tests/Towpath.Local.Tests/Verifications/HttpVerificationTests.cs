using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Local.Verifications.Http;
using Towpath.Testing;

namespace Towpath.Local.Tests.Verifications;

public sealed class HttpVerificationTests : IAsyncLifetime
{
    private const string SecretName = "TOWPATH_TEST_PROBE_TOKEN";
    private static readonly EnvironmentKey Key = new("docs", "dev");

    private readonly VirtualTime _time = new();
    private readonly FakeStepHost _host = new();
    private readonly WebApplication _site = CreateSite();
    private string _url = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site.Urls.Add("http://127.0.0.1:0");
        _site.MapGet("/ok", () => "all is well");
        _site.MapGet("/bad", () => Results.Text("broken\n\u001b[31mred", statusCode: 500));
        _site.MapGet("/big", () => new string('x', 3 << 20) + "needle");
        _site.MapGet("/echo", (HttpRequest request) => request.Headers["X-Probe"].ToString());
        _site.MapGet("/moved", () => Results.Redirect("/ok"));
        _site.MapGet("/away", () => Results.Redirect("http://169.254.169.254/latest/meta-data/"));
        _site.MapGet("/circle", () => Results.Redirect("/circle"));
        _site.MapGet("/v/{version}", (string version) => $"version {Uri.UnescapeDataString(version)}");
        await _site.StartAsync(Cancellation);
        _url = _site.Urls.Single();
        Environment.SetEnvironmentVariable(SecretName, "s3cr3t-canary");
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(SecretName, null);
        await _site.DisposeAsync();
    }

    [Theory]
    [InlineData("/ok", 200, null)]
    [InlineData("/ok", 200, "is well")]
    [InlineData("/bad", 500, "broken")]
    [InlineData("/moved", 200, "is well")]
    [InlineData("/moved", 302, null)]
    [InlineData("/v/{version}", 200, "version {version}")]
    public async Task Answer_as_expected_is_done(string path, int status, string? body) =>
        Assert.IsType<StepResult.Done>(await RunAsync(Spec(path, status, body)));

    [Theory]
    [InlineData("/ok", 200, "not there", "status 200, a body that begins 'all is well'")]
    [InlineData("/bad", 200, null, "status 500, a body that begins 'broken [31mred'")]
    [InlineData("/nothing", 200, null, "status 404, an empty body")]
    [InlineData("/away", 200, null, "status 302, which leads to 'http://169.254.169.254/latest/meta-data/'")]
    [InlineData("/circle", 200, null, "status 302")]
    [InlineData("/big", 200, "needle", "status 200")]
    public async Task Answer_other_than_expected_waits_then_fails_with_both(string path, int status, string? body, string expected)
    {
        var start = _time.GetUtcNow();
        Assert.Contains(expected, Assert.IsType<StepResult.Running>(await RunAsync(Spec(path, status, body), start)).Progress, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(30));
        var failed = Assert.IsType<StepResult.Failed>(await RunAsync(Spec(path, status, body), start));
        Assert.Contains($"expected status {status}", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("within 30 s", failed.Reason, StringComparison.Ordinal);
        Assert.Contains(expected, failed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(failed.Reason, char.IsControl);
    }

    [Fact]
    public async Task Nobody_answering_waits()
    {
        var spec = Spec("/", 200, null);
        spec.Settings["url"] = $"http://127.0.0.1:{Ports.FreeRow(1)}/";
        Assert.Contains("no answer", Assert.IsType<StepResult.Running>(await RunAsync(spec)).Progress, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://localhost:1/")]
    [InlineData("http://[::1]:1/")]
    [InlineData("http://[::ffff:127.0.0.1]:1/")]
    [InlineData("http://0x7f.1:1/")]
    [InlineData("http://2130706433:1/")]
    [InlineData("http://169.254.169.254/latest/")]
    [InlineData("http://10.0.0.1/")]
    public async Task Address_that_is_not_allowed_fails_at_once_and_in_the_check(string url)
    {
        var spec = Spec("/", 200, null);
        spec.Settings["url"] = url;
        var failed = Assert.IsType<StepResult.Failed>(await RunAsync(spec, limits: OperatorLimits.Nothing));
        Assert.Contains("private_addresses", failed.Reason, StringComparison.Ordinal);
        Assert.Contains(Check(spec, OperatorLimits.Nothing), problem => problem.Contains("private_addresses", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Header_from_the_environment_is_sent_and_never_shown()
    {
        var spec = Spec("/echo", 200, "s3cr3t");
        spec.Settings["headers"] = new JsonObject { ["X-Probe"] = $"env:{SecretName}" };
        var limits = Limits with { EnvironmentNames = [SecretName] };
        Assert.IsType<StepResult.Done>(await RunAsync(spec, limits: limits));
        spec.Settings["body"] = "something else";
        var running = Assert.IsType<StepResult.Running>(await RunAsync(spec, limits: limits));
        Assert.Contains("•••", running.Progress, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", running.Progress + string.Concat(_host.Lines) + Plan(spec).Inputs.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Probe", "env:HOME", "does not allow")]
    [InlineData("Authorization", "Bearer abc", "reference such as env:NAME")]
    [InlineData("Host", "internal", "set by Towpath itself")]
    [InlineData("transfer-encoding", "chunked", "set by Towpath itself")]
    [InlineData("X-Probe", "a\r\nX-Other: b", "cannot have")]
    public async Task Header_that_is_not_allowed_is_refused(string name, string value, string expected)
    {
        var spec = Spec("/echo", 200, null);
        spec.Settings["headers"] = new JsonObject { [name] = value };
        Assert.Contains(expected, Assert.Single(Check(spec, Limits)), StringComparison.Ordinal);
        Assert.Contains(expected, Assert.IsType<StepResult.Failed>(await RunAsync(spec)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.com/", "not an http or https URL")]
    [InlineData("/relative", "not an http or https URL")]
    [InlineData("https://user:secret@example.com/", "user or password")]
    public void Check_url_that_cannot_work_says_why(string url, string expected)
    {
        var spec = Spec("/", 200, null);
        spec.Settings["url"] = url;
        var problem = Assert.Single(Check(spec, Limits));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_fills_in_and_escapes()
    {
        var spec = Spec("/{slug}/{environment}/{version}/{sha}/{short_sha}", 200, "{\"version\":\"{version}\"}");
        var inputs = Plan(spec).Inputs;
        Assert.EndsWith("/docs/dev/v1%2Fx/0123456789abcdef/0123456", (string?)inputs["url"], StringComparison.Ordinal);
        Assert.Equal("{\"version\":\"v1/x\"}", (string?)inputs["body"]);
    }

    private static OperatorLimits Limits => new() { PrivateAddresses = ["127.0.0.1"] };

    private VerificationSpec Spec(string path, int status, string? body) => new(
        "http", new JsonObject { ["url"] = _url + path, ["status"] = status, ["body"] = body, ["within"] = 30L }, new Dictionary<string, string>(StringComparer.Ordinal));

    private static IReadOnlyList<string> Check(VerificationSpec spec, OperatorLimits limits) => new HttpVerification().Check(Key, spec, limits);

    private static PlanStep Plan(VerificationSpec spec) => new HttpVerification().Plan(
        spec, new PlanRequest(Key, new EnvironmentSpec { Name = "dev", Target = new TargetSpec("x", []) }, "v1/x", "0123456789abcdef", [], null, []), 0);

    private async Task<StepResult> RunAsync(VerificationSpec spec, DateTimeOffset? startedAt = null, OperatorLimits? limits = null)
    {
        using var step = new HttpStep(new LocalOptions("here", false, limits ?? Limits, "data"), _time);
        return await step.RunAsync(_host.ContextOf(Plan(spec), startedAt ?? _time.GetUtcNow()), Cancellation);
    }

    private static WebApplication CreateSite()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        return builder.Build();
    }
}
