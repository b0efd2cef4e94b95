using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.Oidc;
using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.Sts;

/// <summary>Sessions, asked by awscli.</summary>
public sealed class StsCliTests : IAsyncLifetime
{
    private const string Management = "arn:aws:iam::111111111111:role/management";
    private const string Workload = "arn:aws:iam::222222222222:role/workload";
    private Emulator _emulator = null!;

    private IamState Iam => _emulator.State.Of<IamState>();

    public async ValueTask InitializeAsync() => _emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task A_session_calls_as_its_role_and_may_chain_into_another_account_for_an_hour()
    {
        Iam.AddRole(Management, Trusting("arn:aws:iam::111111111111:root"), maxSessionDuration: 7200);
        Iam.AddRole(Workload, Trusting(Management), maxSessionDuration: 43200);

        var first = KeysOf((await AssumeAsync(null, Management, "web-app-dev", "--duration-seconds", "7200")).Json);
        var second = await AssumeAsync(first, Workload, "web-app-dev");
        var identity = (await AwsCli.RunAsync(_emulator, KeysOf(second.Json), "sts", "get-caller-identity")).Json;

        Assert.Equal("222222222222", (string?)identity["Account"]);
        Assert.Equal("arn:aws:sts::222222222222:assumed-role/workload/web-app-dev", (string?)identity["Arn"]);
        var tooLong = await AssumeAsync(first, Workload, "web-app-dev", "--duration-seconds", "3601");
        tooLong.FailedWith("ValidationError");
        Assert.Contains("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining", tooLong.Error, StringComparison.Ordinal);
        var beyondRole = await AssumeAsync(null, Management, "web-app-dev", "--duration-seconds", "7201");
        Assert.Contains("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", beyondRole.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_trusts_somebody_else_or_another_session_name_is_not_assumed()
    {
        Iam.AddRole(Management, Trusting(Workload));
        Iam.AddRole(Workload, """
            {"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"sts:RoleSessionName":"web-*"}}}]}
            """);

        var refused = await AssumeAsync(null, Management, "web-app-dev");

        refused.FailedWith("AccessDenied");
        Assert.Contains(
            $"User: arn:aws:iam::111111111111:user/admin is not authorized to perform: sts:AssumeRole on resource: {Management}", refused.Error, StringComparison.Ordinal);
        (await AssumeAsync(null, Workload, "docs-dev")).FailedWith("AccessDenied");
        (await AssumeAsync(null, Workload, "web-app")).Succeeded();
        (await AssumeAsync(null, Workload, "x")).Failed();
    }

    [Fact]
    public async Task A_web_identity_gets_a_session_without_keys()
    {
        Iam.AddProvider("111111111111", TestIssuer.GitHub, "sts.amazonaws.com");
        Iam.AddRole(Management, WebIdentityTests.Trust("""{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:acme/web-app:ref:refs/heads/main"}}"""));

        var answer = (await AwsCli.RunAsync(
            _emulator, "sts", "assume-role-with-web-identity", "--role-arn", Management, "--role-session-name", "web-app-dev",
            "--web-identity-token", _emulator.GitHub.Mint("sts.amazonaws.com"))).Json;

        Assert.Equal(("sts.amazonaws.com", "repo:acme/web-app:ref:refs/heads/main"), ((string?)answer["Audience"], (string?)answer["SubjectFromWebIdentityToken"]));
        (await AwsCli.RunAsync(_emulator, KeysOf(answer), "ssm", "describe-parameters")).Succeeded();
        _emulator.World.Credentials.ExpireSessions();
        (await AwsCli.RunAsync(_emulator, KeysOf(answer), "ssm", "describe-parameters")).FailedWith("ExpiredTokenException");
    }

    internal static AwsKeys KeysOf(JsonNode answer)
    {
        var credentials = answer["Credentials"]!;
        return new AwsKeys((string)credentials["AccessKeyId"]!, (string)credentials["SecretAccessKey"]!, (string)credentials["SessionToken"]!);
    }

    private static string Trusting(string principal) =>
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"{{principal}}"},"Action":"sts:AssumeRole"}]}""";

    private Task<AwsCliRun> AssumeAsync(AwsKeys? keys, string role, string session, params string[] more) => AwsCli.RunAsync(
        _emulator, keys ?? new AwsKeys(_emulator.Options.AccessKey, _emulator.Options.Secret, null),
        ["sts", "assume-role", "--role-arn", role, "--role-session-name", session, .. more]);
}
