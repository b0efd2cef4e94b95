using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Gates;
using Towpath.Testing;

namespace Towpath.Core.Tests.Deployments;

/// <summary>A random request and a random sequence of events that happen to it, most of which fit the state they meet by chance only.</summary>
/// <param name="Origin">Where the request came from.</param>
/// <param name="Events">What happens, one second after the other.</param>
public sealed record EventScript(Origin Origin, IReadOnlyList<DeploymentEvent> Events)
{
    private static readonly Gen<GateResult> Gates = Gen.Frequency(
        (6, Gen.Constant(DeploymentStates.Open)),
        (1, Gen.Constant(DeploymentStates.Closed)),
        (1, Gen.Constant(DeploymentStates.Closed with { Until = VirtualTime.Start.AddHours(1) })));

    private static readonly Gen<string> Policies = Gen.Elements("policy-1", "policy-2");

    private static readonly Gen<Plan> Plans =
        from before in Gen.Choose(0, 2)
        from switches in Gen.Choose(0, 1)
        from verify in Gen.Choose(0, 2)
        from rollback in Gen.Choose(0, 2)
        from onlyUndoes in Gen.Elements(true, false, false)
        select new Plan(
            [.. Steps("prepare", before, false, Stage.Deploy), .. Steps("switch", switches, true, Stage.Deploy), .. Steps("probe", verify, false, Stage.Verify)],
            [.. Steps("back", rollback, true, Stage.Deploy)]) { OnlyUndoes = onlyUndoes };

    /// <summary>Weighted so that sequences reach the late phases often enough.</summary>
    private static readonly Gen<Func<DateTimeOffset, DeploymentEvent>> AnyEvent = Gen.Frequency(
        (3, from gates in Gates from policy in Policies select When(at => new DeploymentEvent.GatesEvaluated(at, gates, policy, "commit", null))),
        (3, from started in Starts() select started),
        (1, Always(at => new DeploymentEvent.StartRefused(at, "no"))),
        (2, Always(at => new DeploymentEvent.StepStarted(at))),
        (1, Always(at => new DeploymentEvent.UndoRecorded(at, new JsonObject { ["previous"] = "v1", ["at"] = at.Second }))),
        (9, Always(at => new DeploymentEvent.StepDone(at, new JsonObject { ["wrote"] = at.Minute }))),
        (2, Always(at => new DeploymentEvent.StepWaiting(at, at.AddSeconds(5), "waiting"))),
        (2, Always(at => new DeploymentEvent.StepFailed(at, "status 500"))),
        (1, Always(at => new DeploymentEvent.StepSuperseded(at, "somebody else deployed v9"))),
        (3, from budget in Gen.Choose(0, 2) select When(at => new DeploymentEvent.StepErrored(at, "refused", budget, at.AddSeconds(1)))),
        (1, Always(at => new DeploymentEvent.CancelRequested(at, "kim", null))),
        (1, Always(at => new DeploymentEvent.Stopped(at))),
        (1, Always(at => new DeploymentEvent.Rejected(at, "pat", "client", null))),
        (1, Always(at => new DeploymentEvent.SupersededBy(at, new DeploymentId("00000000000000000000000000000009")))),
        (1, Always(at => new DeploymentEvent.HandsJoined(at, ["dora"]))),
        (1, Always(at => new DeploymentEvent.AttentionNeeded(at, "credentials expired", "renew them, then retry"))),
        (2, Always(at => new DeploymentEvent.Retried(at, "kim"))),
        (1, Always(at => new DeploymentEvent.Adopted(at, "kim", null, "v1 runs"))),
        (1, Always(at => new DeploymentEvent.Requested(at, "kim"))));

    public static Arbitrary<EventScript> Arbitrary()
    {
        var scripts =
            from origin in Gen.Elements(Enum.GetValues<Origin>())
            from underWay in Gen.Elements(true, true, false)
            from started in Starts()
            from length in Gen.Choose(1, 40)
            from events in Gen.ListOf(AnyEvent, length)
            select new EventScript(origin, [.. (underWay ? [Opened, started, .. events] : events).Select((make, second) => make(VirtualTime.Start.AddSeconds(second + 1)))]);
        return Arb.From(scripts, Shrink);
    }

    public override string ToString() => $"{Origin}: {string.Join(", ", Events.Select(e => e.Name))}";

    /// <summary>The same script without one of its events.</summary>
    private static IEnumerable<EventScript> Shrink(EventScript script) =>
        script.Events.Select((_, left) => script with { Events = [.. script.Events.Where((_, i) => i != left)] });

    private static Gen<Func<DateTimeOffset, DeploymentEvent>> Starts() =>
        from plan in Plans
        from gates in Gates
        from policy in Policies
        from good in Gen.Elements<RunningVersion?>(DeploymentStates.KnownGood, null)
        from rollsBack in Gen.Elements(true, true, false)
        select When(at => new DeploymentEvent.Started(at, gates, policy, "commit-1", plan, good, rollsBack));

    private static DeploymentEvent.GatesEvaluated Opened(DateTimeOffset at) => new(at, DeploymentStates.Open, "policy-1", "commit", null);

    private static Func<DateTimeOffset, DeploymentEvent> When(Func<DateTimeOffset, DeploymentEvent> make) => make;

    private static Gen<Func<DateTimeOffset, DeploymentEvent>> Always(Func<DateTimeOffset, DeploymentEvent> make) => Gen.Constant(make);

    private static IEnumerable<PlanStep> Steps(string name, int count, bool switches, Stage stage) =>
        Enumerable.Range(1, count).Select(n => DeploymentStates.Step($"{name}-{n}", switches, stage));
}
