using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.AwsEmulator;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.Oidc;
using Towpath.Core;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Credentials;

/// <summary>GitHub's token, then the management role, then the workload role: against an STS that checks all of it.</summary>
public sealed class AwsCredentialChainTests : IAsyncLifetime
{
    private const string Management = "arn:aws:iam::111111111111:role/towpath-management";
    private const string Workload = "arn:aws:iam::222222222222:role/towpath-deploy";

    private static readonly AwsScope Scope = new AwsPlace("us-east-1", Workload).ForLook(new EnvironmentKey("web-app", "dev"), "4711");

    // The SDK's own client of STS signs by the real clock.
    private readonly VirtualTime _time = new(TimeProvider.System.GetUtcNow());
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private Emulator _emulator = null!;
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulator.StartAsync(new EmulatorOptions { Time = _time }, TestContext.Current.CancellationToken);
        var iam = _emulator.State.Of<IamState>();
        iam.AddProvider("111111111111", TestIssuer.GitHub, "sts.amazonaws.com");
        iam.AddRole(Management, """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity",
             "Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:repository_id":"1001"},"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/web-app:*"}}}]}
            """);
        iam.AddRole(Workload, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{Management}}"},"Action":"sts:AssumeRole"}]}""");
        _variables["AWS_ENDPOINT_URL"] = _emulator.Url.ToString();
        _variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = Path.Combine(Directory.CreateTempSubdirectory("towpath-token-").FullName, "token");
        _variables["AWS_ROLE_ARN"] = Management;
        await WriteTokenAsync(_emulator.GitHub.Mint("sts.amazonaws.com"));
        _services = new ServiceCollection().AddSingleton<TimeProvider>(_time)
            .AddTowpathAws(new AwsOptions { DataFolder = "", ManagementRole = Management, Variable = name => _variables.GetValueOrDefault(name) })
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Path.GetDirectoryName(_variables["AWS_WEB_IDENTITY_TOKEN_FILE"])!, recursive: true);
        await _services.DisposeAsync();
        await _emulator.DisposeAsync();
    }

    [Fact]
    [Trait("Row", "O8")]
    [Trait("Row", "N15")]
    public async Task A_token_becomes_the_management_role_and_that_the_workload_role_and_no_key_is_stored()
    {
        await CallAsync();
        Assert.Equal(["AssumeRoleWithWebIdentity", "AssumeRole", "GetParameters"], _emulator.Calls.All.Select(c => c.Operation));
        var call = _emulator.Calls.Of("ssm", "GetParameters").Single();
        Assert.Equal("arn:aws:sts::222222222222:assumed-role/towpath-deploy/towpath-web-app-dev-4711", call.Principal);
    }

    [Fact]
    [Trait("Row", "O8")]
    public async Task Sessions_are_kept_and_begun_anew_before_they_end_with_the_token_of_that_moment()
    {
        await CallAsync();
        _time.Advance(TimeSpan.FromMinutes(50));
        await CallAsync();
        Assert.Single(_emulator.Calls.Of("sts", "AssumeRole"));
        _time.Advance(TimeSpan.FromMinutes(6));
        await WriteTokenAsync(_emulator.GitHub.Mint("sts.amazonaws.com"));
        await CallAsync();
        Assert.Equal(2, _emulator.Calls.Of("sts", "AssumeRole").Count);
        Assert.Equal(2, _emulator.Calls.Of("sts", "AssumeRoleWithWebIdentity").Count);
    }

    [Fact]
    public async Task A_session_that_AWS_calls_expired_before_its_time_is_begun_anew_in_the_middle_of_a_call()
    {
        _emulator.Script.SessionLifetime = TimeSpan.FromMinutes(3);
        await CallAsync();
        _time.Advance(TimeSpan.FromMinutes(4));
        await CallAsync();
        Assert.Equal(["ExpiredTokenException", null], _emulator.Calls.Of("ssm", "GetParameters").Skip(1).Select(c => c.Error));
    }

    [Fact]
    [Trait("Row", "N15")]
    public async Task A_token_of_another_repository_is_refused_in_the_words_of_STS_and_with_what_to_do()
    {
        await WriteTokenAsync(_emulator.GitHub.Mint("sts.amazonaws.com", new JsonObject { ["repository_id"] = "6666" }));
        var exception = await Assert.ThrowsAsync<AwsException>(CallAsync);
        Assert.True(exception.IsDenied);
        Assert.StartsWith("sts AssumeRoleWithWebIdentity: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity", AwsWords.Of(exception), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workload_role_that_does_not_trust_the_management_role_is_told_by_name()
    {
        var other = Scope with { Role = "arn:aws:iam::222222222222:role/other" };
        _emulator.State.Of<IamState>().AddRole(other.Role, """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::333333333333:root"},"Action":"sts:AssumeRole"}]}""");
        var exception = await Assert.ThrowsAsync<AwsException>(() => CallAsync(other));
        Assert.True(exception.IsDenied);
        Assert.Contains("role/other", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "O8")]
    public async Task In_a_workflow_the_token_comes_from_GitHub_Actions()
    {
        _variables.Remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        _variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = _emulator.TokenRequestUrl.ToString();
        _variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = IssuerBook.RequestToken;
        await using var services = new ServiceCollection().AddSingleton<TimeProvider>(_time)
            .AddTowpathAws(new AwsOptions { DataFolder = "", ManagementRole = Management, Variable = name => _variables.GetValueOrDefault(name) })
            .BuildServiceProvider();
        await services.GetRequiredService<SsmClient>().GetAsync(Scope, ["/web-app/dev/x"], TestContext.Current.CancellationToken);
        Assert.Equal(["AssumeRoleWithWebIdentity", "AssumeRole", "GetParameters"], _emulator.Calls.All.Select(c => c.Operation));
        _variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = Path.Combine(Directory.CreateTempSubdirectory("towpath-token-").FullName, "token");
    }

    [Fact]
    public async Task A_token_file_that_is_gone_is_told_with_its_variable()
    {
        File.Delete(_variables["AWS_WEB_IDENTITY_TOKEN_FILE"]);
        var exception = await Assert.ThrowsAsync<AwsConfigurationException>(CallAsync);
        Assert.Contains("AWS_WEB_IDENTITY_TOKEN_FILE names", exception.Message, StringComparison.Ordinal);
    }

    private Task CallAsync() => CallAsync(Scope);

    private async Task CallAsync(AwsScope scope) => await _services.GetRequiredService<SsmClient>().GetAsync(scope, ["/web-app/dev/x"], TestContext.Current.CancellationToken);

    private Task WriteTokenAsync(string token) => File.WriteAllTextAsync(_variables["AWS_WEB_IDENTITY_TOKEN_FILE"], token + "\n", TestContext.Current.CancellationToken);
}
