using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.Iam;

/// <summary>Every call of IAM that is emulated, asked by awscli.</summary>
public sealed class IamCliTests : IAsyncLifetime
{
    private const string Provider = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
    private const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}]}""";
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Providers_are_made_extended_and_listed()
    {
        var created = await RunAsync("create-open-id-connect-provider", "--url", "https://token.actions.githubusercontent.com", "--client-id-list", "sts.amazonaws.com",
            "--thumbprint-list", "6938fd4d98bab03faadb97b34396831e3780aea1", "--tags", "Key=owner,Value=towpath");
        (await RunAsync("add-client-id-to-open-id-connect-provider", "--open-id-connect-provider-arn", Provider, "--client-id", "another")).Succeeded();
        var got = (await RunAsync("get-open-id-connect-provider", "--open-id-connect-provider-arn", Provider)).Json;

        Assert.Equal(Provider, (string?)created.Json["OpenIDConnectProviderArn"]);
        Assert.Equal(Provider, (string?)(await RunAsync("list-open-id-connect-providers")).Json["OpenIDConnectProviderList"]![0]!["Arn"]);
        Assert.Equal(["another", "sts.amazonaws.com"], got["ClientIDList"]!.AsArray().Select(c => (string)c!));
        Assert.Equal(("token.actions.githubusercontent.com", "towpath"), ((string?)got["Url"], (string?)got["Tags"]![0]!["Value"]));
        (await RunAsync("remove-client-id-from-open-id-connect-provider", "--open-id-connect-provider-arn", Provider, "--client-id", "another")).Succeeded();
        (await RunAsync("tag-open-id-connect-provider", "--open-id-connect-provider-arn", Provider, "--tags", "Key=a,Value=b")).Succeeded();
        got = (await RunAsync("get-open-id-connect-provider", "--open-id-connect-provider-arn", Provider)).Json;
        Assert.Equal((1, 2), (got["ClientIDList"]!.AsArray().Count, got["Tags"]!.AsArray().Count));
        (await RunAsync("create-open-id-connect-provider", "--url", "https://token.actions.githubusercontent.com", "--thumbprint-list",
            "6938fd4d98bab03faadb97b34396831e3780aea1")).FailedWith("EntityAlreadyExists");
        (await RunAsync("delete-open-id-connect-provider", "--open-id-connect-provider-arn", Provider)).Succeeded();
        (await RunAsync("get-open-id-connect-provider", "--open-id-connect-provider-arn", Provider)).FailedWith("NoSuchEntity");
    }

    [Fact]
    public async Task Roles_are_made_changed_and_deleted_with_their_policies()
    {
        const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ssm:GetParameter","Resource":"*"}]}""";
        var created = (await RunAsync("create-role", "--role-name", "deploy", "--path", "/towpath/", "--assume-role-policy-document", Trust,
            "--max-session-duration", "7200", "--tags", "Key=app,Value=web")).Json["Role"]!;
        (await RunAsync("put-role-policy", "--role-name", "deploy", "--policy-name", "read", "--policy-document", Policy)).Succeeded();
        (await RunAsync("tag-role", "--role-name", "deploy", "--tags", "Key=env,Value=dev")).Succeeded();
        (await RunAsync("update-assume-role-policy", "--role-name", "deploy", "--policy-document", Trust.Replace("111111111111", "222222222222", StringComparison.Ordinal))).Succeeded();
        var role = (await RunAsync("get-role", "--role-name", "deploy")).Json["Role"]!;

        Assert.Equal("arn:aws:iam::111111111111:role/towpath/deploy", (string?)created["Arn"]);
        Assert.Equal((7200, "222222222222"), ((int?)role["MaxSessionDuration"], (string?)role["AssumeRolePolicyDocument"]!["Statement"]![0]!["Principal"]!["AWS"]));
        Assert.Equal(["app=web", "env=dev"], role["Tags"]!.AsArray().Select(t => $"{t!["Key"]}={t["Value"]}"));
        Assert.Equal("read", (string?)(await RunAsync("list-role-policies", "--role-name", "deploy")).Json["PolicyNames"]![0]);
        Assert.Equal("ssm:GetParameter", (string?)(await RunAsync("get-role-policy", "--role-name", "deploy", "--policy-name", "read")).Json["PolicyDocument"]!["Statement"]![0]!["Action"]);
        Assert.Equal("deploy", (string?)(await RunAsync("list-roles")).Json["Roles"]![0]!["RoleName"]);
        (await RunAsync("create-role", "--role-name", "deploy", "--assume-role-policy-document", Trust)).FailedWith("EntityAlreadyExists");
        (await RunAsync("put-role-policy", "--role-name", "deploy", "--policy-name", "bad", "--policy-document", "{")).FailedWith("MalformedPolicyDocument");
        (await RunAsync("update-role", "--role-name", "deploy", "--description", "deploys", "--max-session-duration", "3600")).Succeeded();
        (await RunAsync("untag-role", "--role-name", "deploy", "--tag-keys", "app")).Succeeded();
        Assert.Equal("env", (string?)(await RunAsync("list-role-tags", "--role-name", "deploy")).Json["Tags"]!.AsArray().Single()!["Key"]);
        Assert.Equal("deploys", (string?)(await RunAsync("get-role", "--role-name", "deploy")).Json["Role"]!["Description"]);
        Assert.Empty((await RunAsync("list-attached-role-policies", "--role-name", "deploy")).Json["AttachedPolicies"]!.AsArray());
        (await RunAsync("delete-role", "--role-name", "deploy")).FailedWith("DeleteConflict");
        (await RunAsync("delete-role-policy", "--role-name", "deploy", "--policy-name", "read")).Succeeded();
        (await RunAsync("delete-role", "--role-name", "deploy")).Succeeded();
        (await RunAsync("get-role", "--role-name", "deploy")).FailedWith("NoSuchEntity");
    }

    [Theory]
    [InlineData("repository_id", "1001", false)]
    [InlineData("sub", "*", false)]
    [InlineData("sub", "repo:acme/web-app:*", true)]
    [InlineData("job_workflow_ref", "acme/web-app/.github/workflows/deploy.yaml@*", true)]
    public async Task A_role_that_trusts_GitHub_must_say_whose_workflows(string key, string value, bool taken)
    {
        var created = await RunAsync("create-role", "--role-name", "deploy", "--assume-role-policy-document",
            Sts.WebIdentityTests.Trust($$$"""{"StringLike":{"token.actions.githubusercontent.com:{{{key}}}":"{{{value}}}"}}"""));

        if (taken) created.Succeeded();
        else created.FailedWith("MalformedPolicyDocument");
    }

    private Task<AwsCliRun> RunAsync(params string[] arguments) => AwsCli.RunAsync(_emulator, ["iam", .. arguments]);
}
