using System.Globalization;
using Towpath.AwsEmulator;
using Towpath.Core.Deployments;

namespace Towpath.Benchmarks.Ecs;

/// <summary>What came out, from the emulator's own record and from our journal.</summary>
internal static class EcsFigures
{
    private const string Register = "ecs:RegisterTaskDefinition";

    public static int Print(Emulator emulator, EcsEstate estate, IReadOnlyList<Deployment> ended, TimeSpan took)
    {
        Console.Error.WriteLine();
        var registrations = emulator.Calls.ByOperation.GetValueOrDefault(Register);
        var alone = Math.Max(0, registrations - 20);
        var seen = Seen(estate, ended).ToList();
        var back = ended.Where(d => d.Phase == Phase.RolledBack).Select(d => RollbackBegan(estate, d)).ToList();
        bool[] reached =
        [
            Row("throttled calls", emulator.Calls.Throttled, "= 0", emulator.Calls.Throttled == 0),
            Row("deployments that did not end", ended.Count(d => !d.Phase.IsTerminal()), "= 0", ended.All(d => d.Phase.IsTerminal())),
            Row("outcome seen after (s), longest", seen.Max(), "≤ 15", seen.Max() <= 15),
            Row("all done after (s)", took.TotalSeconds, Text($"≤ {1.15 * alone:0}, 1.15 × the {alone} s of {registrations} registrations alone"), took.TotalSeconds <= 1.15 * alone),
        ];
        Row("outcome seen after (s), median", seen.Median());
        Row("rollback under way after (s), longest", back.DefaultIfEmpty().Max());
        Row("rollback under way after (s), median", back.Median());
        Console.WriteLine();
        Console.WriteLine($"outcomes  {string.Join(", ", ended.GroupBy(d => d.Phase).Select(g => $"{g.Count()} {g.Key}"))}");
        foreach (var throttled in emulator.Calls.All.Where(c => c.Error?.Contains("Throttl", StringComparison.Ordinal) == true)) Console.WriteLine($"throttled {throttled.Service}:{throttled.Operation} at {throttled.At:HH:mm:ss.fff}");
        Console.WriteLine($"calls     {string.Join(", ", emulator.Calls.ByOperation.Select(o => $"{o.Value} {o.Key}"))}");
        return reached.All(r => r) ? 0 : 1;
    }

    /// <summary>From the end of each service deployment to the end of the step that followed it.</summary>
    private static IEnumerable<double> Seen(EcsEstate estate, IReadOnlyList<Deployment> ended)
    {
        for (var i = 0; i < ended.Count; i++)
        {
            var rollouts = estate.DeploymentsOf(NumberOf(ended[i]));
            var follows = Follows(ended[i]).ToList();
            for (var r = 0; r < Math.Min(rollouts.Count, follows.Count); r++)
                if (estate.EndOf(NumberOf(ended[i]), r, failed: r == 0 && ended[i].Phase == Phase.RolledBack) is { } finished && follows[r].FinishedAt is { } noted) yield return (noted - finished).TotalSeconds;
        }
    }

    /// <summary>From the failure to the service deployment that puts the old version back.</summary>
    private static double RollbackBegan(EcsEstate estate, Deployment deployment)
    {
        var rollouts = estate.DeploymentsOf(NumberOf(deployment));
        return rollouts.Count < 2 ? double.NaN : (rollouts[1].CreatedAt - rollouts[0].FinishedAt!.Value).TotalSeconds;
    }

    private static IEnumerable<StepRecord> Follows(Deployment deployment)
    {
        var plan = deployment.Plan!;
        var all = plan.Steps.Zip(deployment.Steps).Concat(plan.Rollback.Zip(deployment.RollbackSteps));
        return all.Where(each => each.First.Name == "follow").Select(each => each.Second);
    }

    private static int NumberOf(Deployment deployment) => int.Parse(deployment.Key.Application.AsSpan("app".Length), CultureInfo.InvariantCulture);

    private static bool Row(string name, double figure, string? target = null, bool reached = true)
    {
        Console.WriteLine(Text($"{name,-40} {figure,8:0.0}{(target is null ? "" : $"   {target}: {(reached ? "reached" : "MISSED")}")}"));
        return reached;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
