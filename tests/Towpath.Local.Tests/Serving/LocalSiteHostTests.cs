using System.Net;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Local.Tests.Sites;
using Towpath.Testing;

namespace Towpath.Local.Tests.Serving;

public sealed class LocalSiteHostTests : IAsyncLifetime
{
    private readonly SiteFixture _fixture = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Serve_busy_port_is_reported_and_taken_once_it_is_free()
    {
        var other = await OtherProgram.StartAsync(_fixture.Port);
        await _fixture.ServeAsync();
        var hosted = Assert.Single(_fixture.Host.Hosted);
        Assert.Equal($"port {_fixture.Port} is in use by another program; free it or choose another `port:`", hosted.Problem);
        await other.DisposeAsync();
        while (_fixture.Host.Hosted[0].Problem is not null)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
            Cancellation.ThrowIfCancellationRequested();
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(_fixture.Port));
    }

    [Fact]
    public async Task Serve_environment_gone_stops_its_site()
    {
        await _fixture.ServeAsync();
        await ServeAsync();
        Assert.Empty(_fixture.Host.Hosted);
        await Assert.ThrowsAsync<HttpRequestException>(() => StatusAsync(_fixture.Port));
    }

    [Fact]
    public async Task Serve_port_may_go_from_one_environment_to_another()
    {
        var (first, second) = (Ports.FreeRow(1), _fixture.Port);
        await ServeAsync(Site("a", first), Site("b", second));
        await ServeAsync(Site("a", second), Site("b", first));
        Assert.Equal(("docs", "a"), await NameAtAsync(second));
        Assert.Equal(("docs", "b"), await NameAtAsync(first));
        Assert.All(_fixture.Host.Hosted, hosted => Assert.Null(hosted.Problem));
    }

    [Fact]
    public async Task Serve_same_configuration_again_keeps_connections()
    {
        await _fixture.ServeAsync();
        using var keeping = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 1 });
        using var before = await keeping.GetAsync(new Uri($"http://127.0.0.1:{_fixture.Port}/"), Cancellation);
        await _fixture.ServeAsync();
        using var after = await keeping.GetAsync(new Uri($"http://127.0.0.1:{_fixture.Port}/"), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, after.StatusCode);
    }

    [Fact]
    public async Task Serve_only_what_is_of_this_machine_and_kind()
    {
        await ServeAsync(Site("a", _fixture.Port, host: "there"), new EnvironmentSpec { Name = "b", Target = new TargetSpec("ecs", []) });
        Assert.Empty(_fixture.Host.Hosted);
    }

    [Fact]
    public async Task Serve_folder_that_is_not_allowed_is_reported()
    {
        await ServeAsync(Site("a", _fixture.Port, root: "/etc"));
        Assert.Contains("not among those that the operator allows", Assert.Single(_fixture.Host.Hosted).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_listens_on_loopback_only()
    {
        await _fixture.ServeAsync();
        var listeners = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        Assert.All(listeners.Where(listener => listener.Port == _fixture.Port), listener => Assert.Equal(IPAddress.Loopback, listener.Address));
    }

    private async Task<HttpStatusCode> StatusAsync(int port)
    {
        using var response = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), Cancellation);
        return response.StatusCode;
    }

    private async Task<(string?, string?)> NameAtAsync(int port)
    {
        using var response = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/.well-known/towpath"), Cancellation);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        return ((string?)status["application"], (string?)status["environment"]);
    }

    private Task ServeAsync(params IReadOnlyList<EnvironmentSpec> environments) =>
        _fixture.Host.ServeAsync(SiteFixture.ConfigurationOf(environments), Cancellation);

    private static EnvironmentSpec Site(string name, int port, string? root = null, string? host = null)
    {
        var settings = new JsonObject { ["root"] = root ?? name, ["port"] = port };
        if (host is not null) settings["host"] = host;
        return new EnvironmentSpec { Name = name, Target = new TargetSpec("local-site", settings) };
    }
}
