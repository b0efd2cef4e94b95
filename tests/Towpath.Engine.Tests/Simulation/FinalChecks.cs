using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>What must be so when the faults have stopped and everything had time to come to an end.</summary>
internal static class FinalChecks
{
    public static void Run(SimulationRun run)
    {
        foreach (var id in run.People.Accepted)
            if (!run.Store.Deployments.ContainsKey(id)) run.Referee.Complaints.Add($"{run.Referee.Label(id.Value)} was accepted and is gone");
        foreach (var deployment in run.Store.Deployments.Values)
        {
            CheckEnd(run, deployment);
            CheckSwitches(run, deployment);
        }

        foreach (var (key, state) in run.Store.Environments)
            if (state.Active is null && IsKnown(run, key) && state.Running?.Digest != run.World.PlaceOf(key).Current)
                run.Referee.Complaints.Add($"the board says {key} runs {state.Running?.Version}, and outside stands something else");
        foreach (var aside in run.Store.SetAside) run.Referee.Complaints.Add($"work was set aside: {aside.Kind} {aside.Message}");
    }

    private static void CheckEnd(SimulationRun run, Deployment deployment)
    {
        if (deployment.Phase.IsTerminal()) return;
        if (deployment.Phase != Phase.Waiting)
        {
            run.Referee.Complaints.Add($"{run.Referee.Label(deployment.Id.Value)} did not come to an end: {Referee.Describe(deployment)}");
            return;
        }

        // It may wait for something that nobody gave; then its gates must be closed now, not only when somebody last looked.
        GateResult? gates = null;
        run.People.Node.Process.Post(_ => _ = ReadAsync(), null);
        while (gates is null) run.Scheduler.Step(DateTimeOffset.MaxValue);
        if (gates.IsOpen) run.Referee.Complaints.Add($"{run.Referee.Label(deployment.Id.Value)} waits with open gates: {Referee.Describe(deployment)}");

        async Task ReadAsync() => gates = (await run.People.ReadGatesAsync(deployment)).Gates;
    }

    /// <summary>Whether the last one that may have switched ended well. Otherwise the board shows what may stand there.</summary>
    private static bool IsKnown(SimulationRun run, EnvironmentKey key) =>
        run.Store.Deployments.Values.Where(d => d.Key == key && d.Switched).MaxBy(d => d.StartedAt) is not { Phase: Phase.Failed or Phase.RollbackFailed };

    private static void CheckSwitches(SimulationRun run, Deployment deployment)
    {
        var label = run.Referee.Label(deployment.Id.Value);
        var changes = run.World.Arrivals.Where(a => a.Deployment == deployment.Id && a.Changed).GroupBy(a => a.Token, StringComparer.Ordinal).ToList();
        foreach (var step in changes.Where(step => step.Count() > 1)) run.Referee.Complaints.Add($"{label} switched {step.Count()} times in one step ({step.Key})");
        if (changes.Count > 0 && !deployment.Switched) run.Referee.Complaints.Add($"{label} switched without saying so");
        if (changes.Count > 0 && deployment.Phase is Phase.Cancelled or Phase.Superseded) run.Referee.Complaints.Add($"{label} switched and is {Words.Of(deployment.Phase)}");
        if (changes.Count == 0 && deployment.Phase == Phase.RolledBack && deployment.Digest != deployment.KnownGood?.Digest && Forth(run, deployment))
            run.Referee.Complaints.Add($"{label} is rolled back and nothing was put back");
    }

    /// <summary>Whether its switch forth changed something, so that one back must have, too.</summary>
    private static bool Forth(SimulationRun run, Deployment deployment) =>
        run.World.Arrivals.Any(a => a.Deployment == deployment.Id && a.Changed && a.Token.Contains("-s", StringComparison.Ordinal));
}
