using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.Sts;

public sealed class CallerIdentityTests
{
    [Fact]
    public async Task Caller_identity_of_the_access_key_names_its_account()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        var identity = (await AwsCli.RunAsync(emulator, "sts", "get-caller-identity")).Json;

        Assert.Equal("111111111111", (string?)identity["Account"]);
        Assert.Equal("arn:aws:iam::111111111111:user/admin", (string?)identity["Arn"]);
        var call = Assert.Single(emulator.Calls.All);
        Assert.Equal(("sts", "GetCallerIdentity", 200), (call.Service, call.Operation, call.Status));
    }
}
