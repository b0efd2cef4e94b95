using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Iam;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>A deployment that acts as a role, whose sessions end in the middle.</summary>
public sealed class EcsSessionTests
{
    private const string Role = "arn:aws:iam::111111111111:role/towpath-deploy";

    [Fact, Trait("Row", "O8")]
    public async Task Sessions_that_end_in_the_middle_are_begun_anew()
    {
        await using var bed = await StartAsync();
        bed.Script.Rollout("main", "web", RolloutScript.Healthy(TimeSpan.FromSeconds(40)));
        foreach (var operation in (string[])["RegisterTaskDefinition", "UpdateService", "DescribeServiceDeployments"])
            bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.ExpireSessions, Operation = operation, After = 1 });

        var ended = await bed.Deployment().BeginAndRunAsync();

        Assert.Equal((Phase.Succeeded, null), (ended.Phase, ended.Outcome));
        Assert.Equal((2, 2), (bed.Revisions, bed.ServiceDeployments));
    }

    [Fact, Trait("Row", "O8")]
    public async Task Every_change_is_made_in_a_session_that_names_application_and_environment()
    {
        await using var bed = await StartAsync();

        await bed.Deployment().BeginAndRunAsync();

        string[] changes = ["RegisterTaskDefinition", "UpdateService", "PutParameter"];
        var sessions = bed.Aws.Emulator.Calls.All.Where(c => changes.Contains(c.Operation) && c.Principal.Contains("towpath-deploy", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, sessions.Count);
        Assert.All(sessions, call => Assert.StartsWith("towpath-shop-dev-", call.Session, StringComparison.Ordinal));
    }

    private static async Task<EcsBed> StartAsync()
    {
        var bed = await EcsBed.StartAsync();
        bed.Settings["role"] = Role;
        bed.Aws.Emulator.State.Of<IamState>().AddRole(Role);
        bed.Aws.UsesChain = true;
        return bed;
    }
}
