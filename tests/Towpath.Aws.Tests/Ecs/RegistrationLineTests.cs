using System.Text.Json.Nodes;
using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>Hundreds of deployments stand in one line for registrations, of which an account has one a second.</summary>
public sealed class RegistrationLineTests
{
    private const int Deployments = 120;

    [Fact]
    public async Task Many_deployments_of_two_services_each_get_all_of_theirs_in_time_and_none_is_throttled()
    {
        await using var bed = await EcsBed.StartAsync(options: new EmulatorOptions { DocumentedLimits = true });
        bed.AddService("main", "worker", "worker");
        bed.AddRule("nightly", "web:1");
        bed.Settings.Remove("service");
        bed.Settings.Remove("version_parameter");
        bed.Settings["services"] = JsonNode.Parse("""[{"service":"web"},{"service":"worker"}]""");
        bed.Settings["scheduled_tasks"] = JsonNode.Parse("""[{"rule":"nightly"}]""");
        var plan = await RegisterAloneAsync(bed);
        var runs = Enumerable.Range(0, Deployments).Select(_ => bed.Deployment()).ToList();
        foreach (var run in runs) run.Begin(plan);
        var runner = bed.Aws.NewProcess().GetRequiredService<DeploymentRunner>();
        var began = bed.Aws.Time.GetUtcNow();

        await ToTheEndAsync(runs, runner);

        Assert.All(runs, run => Assert.Equal((Phase.Succeeded, null), (run.State.Phase, run.State.Outcome)));
        Assert.Equal(0, bed.Aws.Emulator.Calls.Throttled);
        // The rule runs the service's definition, and shares its new revision.
        Assert.Equal(2 * Deployments, bed.Aws.Emulator.Calls.Of("ecs", "RegisterTaskDefinition").Count);
        var took = bed.Aws.Time.GetUtcNow() - began;
        Assert.True(took.TotalSeconds <= 1.15 * 2 * Deployments, $"it took {took}");
    }

    private static async Task<Plan> RegisterAloneAsync(EcsBed bed)
    {
        var plan = Assert.IsType<PlanOutcome.Planned>(await bed.Deployment().PlanAsync()).Plan;
        return plan with { Steps = [.. plan.Steps.Where(step => step.Name == "register")] };
    }

    /// <summary>As a node does: whoever wants to be looked at first is.</summary>
    private static async Task ToTheEndAsync(IEnumerable<BedRun> runs, DeploymentRunner runner)
    {
        var waiting = runs.ToHashSet();
        while (waiting.MinBy(run => run.Journal.LookAgainAt ?? DateTimeOffset.MinValue) is { } next)
            if (await next.LookAsync(runner) == RunEnd.Finished) waiting.Remove(next);
    }
}
