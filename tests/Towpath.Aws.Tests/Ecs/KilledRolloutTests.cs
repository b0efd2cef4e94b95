using Towpath.Aws.Tests.Bed;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>Every scripted rollout once more, with the process killed around its calls: the end is the same, and nothing happens twice.</summary>
public sealed class KilledRolloutTests
{
    public static TheoryData<string> Names => [.. ScriptedRollout.ToKill.Select(s => s.Name)];

    [Theory, MemberData(nameof(Names)), Trait("Row", "T3")]
    public async Task A_killed_process_changes_nothing_of_the_end(string name)
    {
        var scripted = ScriptedRollout.All.Single(s => s.Name == name);
        var (whole, calls) = await WholeAsync(scripted);
        var kills = PointsIn(calls).Where(kill => !scripted.IsKilledAtChangesOnly || !IsLook(calls[kill.Call - 1])).ToList();
        // Each has an AWS and a clock of its own, and mostly waits for its own answers.
        await Parallel.ForEachAsync(kills, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (kill, _) =>
            Assert.Equal((kill, whole), (kill, await EndAsync(scripted, run => run.RunWithKillAsync(kill.Call, kill.Before)))));
    }

    /// <summary>
    /// Before and after each call that changes something, and before each that only looks: after a look nothing has happened that had not before it. Of
    /// looks that are repeated until something happens, the first two and the last.
    /// </summary>
    private static IEnumerable<(int Call, bool Before)> PointsIn(IReadOnlyList<string> calls)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            var looks = IsLook(calls[i]);
            if (looks && Repeats(calls, i) && i + 1 < calls.Count && Repeats(calls, i + 1)) continue;
            yield return (i + 1, true);
            if (!looks) yield return (i + 1, false);
        }
    }

    /// <summary>Whether the two calls before were the same, or the same pair.</summary>
    private static bool Repeats(IReadOnlyList<string> calls, int i) =>
        (i >= 2 && calls[i - 1] == calls[i] && calls[i - 2] == calls[i]) || (i >= 4 && IsLook(calls[i - 1]) && calls[i - 2] == calls[i] && calls[i - 4] == calls[i]);

    private static bool IsLook(string operation) => operation.StartsWith("Describe", StringComparison.Ordinal) || operation.StartsWith("List", StringComparison.Ordinal) || operation.StartsWith("Get", StringComparison.Ordinal);

    private static async Task<(End End, IReadOnlyList<string> Calls)> WholeAsync(ScriptedRollout scripted)
    {
        using var never = new CancellationTokenSource();
        using var http = new KillingHttp(int.MaxValue, before: true, never);
        return (await EndAsync(scripted, run => run.RunAsync(fresh: true, http)), http.Operations);
    }

    private static async Task<End> EndAsync(ScriptedRollout scripted, Func<BedRun, Task<Deployment>> runs)
    {
        await using var bed = await scripted.StartAsync();
        var run = scripted.Deployment(bed);
        await run.BeginAsync();
        var ended = await runs(run);
        return new End(ended.Phase, FirstPart(ended.Outcome), bed.RunningImage(), bed.Revisions, bed.ServiceDeployments, await bed.ParameterAsync(), string.Join(", ", bed.OneOffTasks), bed.Others());
    }

    // How many tasks had crashed when somebody looked depends on when that was.
    private static string? FirstPart(string? outcome) => outcome is null ? null : RolloutScenarioTests.Scrub(outcome.Split(';', '(')[0].Split(": service")[0]);

    private sealed record End(Phase Phase, string? Outcome, string Image, int Revisions, int ServiceDeployments, string Parameter, string OneOffTasks, string Others);
}
