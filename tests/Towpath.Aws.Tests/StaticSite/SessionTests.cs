using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Iam;

namespace Towpath.Aws.Tests.StaticSite;

public sealed class SessionTests
{
    private const string Role = "arn:aws:iam::111111111111:role/towpath-deploy";

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public async Task Session_that_ends_in_the_middle_is_begun_anew(int after)
    {
        await using var bed = await SiteBed.StartAsync();
        Assume(bed);
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1")));
        bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.ExpireSessions, Service = "s3", After = after });
        await bed.DeployAsync(bed.Build("v2", [.. Enumerable.Range(0, 40).Select(i => ($"page{i}.html", $"{i}")), ("index.html", "2")]));
        Assert.Equal("2", bed.TextOf("index.html"));
        Assert.True(bed.Aws.Emulator.Calls.Of("sts", "AssumeRole").Count > 2);
    }

    [Fact, Trait("Row", "O8")]
    public async Task Calls_are_made_as_the_role_under_a_name_that_tells_the_environment()
    {
        await using var bed = await SiteBed.StartAsync();
        Assume(bed);
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1")));
        var put = bed.Aws.Emulator.Calls.Of("s3", "PutObject")[^1];
        Assert.StartsWith("arn:aws:sts::111111111111:assumed-role/towpath-deploy/", put.Principal, StringComparison.Ordinal);
        Assert.StartsWith("towpath-docs-dev-", put.Session, StringComparison.Ordinal);
    }

    private static void Assume(SiteBed bed)
    {
        var emulator = bed.Aws.Emulator;
        emulator.State.Of<IamState>().AddRole(Role);
        bed.Settings["role"] = Role;
        bed.Aws.Credentials = options =>
        {
            var own = options with
            {
                Variable = name => name switch
                {
                    "AWS_ACCESS_KEY_ID" => emulator.Options.AccessKey,
                    "AWS_SECRET_ACCESS_KEY" => emulator.Options.Secret,
                    _ => options.Variable(name),
                },
            };
            return new AwsCredentialChain(own, AwsHttp.Create(), new AwsEndpoints(own.Variable), bed.Aws.Time);
        };
    }
}
