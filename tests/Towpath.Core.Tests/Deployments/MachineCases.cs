using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Testing;
using static Towpath.Testing.DeploymentStates;

namespace Towpath.Core.Tests.Deployments;

/// <summary>The states and events of the transition table, each under the words that the table shows.</summary>
internal static class MachineCases
{
    private static readonly DateTimeOffset At = VirtualTime.Start.AddMinutes(1);

    public static IReadOnlyList<(string Name, DeploymentEvent Event)> Events { get; } =
    [
        ("requested", new DeploymentEvent.Requested(At, "kim")),
        ("gates open", Evaluated(Open)),
        ("gates closed", Evaluated(Closed)),
        ("gates closed until 10:00", Evaluated(Closed with { Until = VirtualTime.Start.AddHours(1) })),
        ("started", Started()),
        ("started, a gate closed", Started() with { Gates = Closed }),
        ("started, empty plan", Started(new Plan([], []))),
        ("start refused", new DeploymentEvent.StartRefused(At, "no such cluster")),
        ("step started", new DeploymentEvent.StepStarted(At)),
        ("undo recorded", new DeploymentEvent.UndoRecorded(At, new JsonObject { ["previous"] = "v1" })),
        ("step done", Done),
        ("step waits", new DeploymentEvent.StepWaiting(At, At.AddSeconds(10), "1 of 2 healthy")),
        ("step failed", new DeploymentEvent.StepFailed(At, "status 500")),
        ("step superseded", new DeploymentEvent.StepSuperseded(At, "somebody else deployed v9")),
        ("step errored, budget left", Errored(budget: 5)),
        ("step errored, budget spent", Errored(budget: 0)),
        ("cancel requested", Cancel),
        ("stopped", new DeploymentEvent.Stopped(At)),
        ("rejected", new DeploymentEvent.Rejected(At, "pat", "client", "not today")),
        ("superseded", new DeploymentEvent.SupersededBy(At, new DeploymentId("00000000000000000000000000000009"))),
        ("attention needed", new DeploymentEvent.AttentionNeeded(At, "credentials expired", "renew them, then retry")),
        ("retried", new DeploymentEvent.Retried(At, "kim")),
        ("hands joined", new DeploymentEvent.HandsJoined(At, ["dora"])),
        ("adopted", new DeploymentEvent.Adopted(At, "kim", null, "v1 runs")),
    ];

    public static IReadOnlyList<(string Name, Deployment State)> States { get; } =
    [
        ("waiting, asked for by hand", Requested()),
        ("waiting, automatic", Requested(Origin.Automatic)),
        ("waiting, what runs already", Requested(Origin.Adopted)),
        ("queued, asked for by hand", Queued()),
        ("queued, automatic", Queued(Origin.Automatic)),
        ("running, not switched", Running(1)),
        ("running, not switched, cancellation asked for", Running(1).After(Cancel)),
        ("running, last step of a plan without verification", Running(2, Started(WithoutVerification))),
        ("running, switched", Running(2)),
        ("running, switched, cancellation asked for", Running(2).After(Cancel)),
        ("verifying", Running(3)),
        ("verifying, cancellation asked for", Running(3).After(Cancel)),
        ("verifying, policy says stay", Running(3, Started() with { RollsBack = false })),
        ("verifying, nothing known good", Running(3, Started(DeploymentStates.Plan(canRollBack: false)) with { KnownGood = null })),
        ("verifying, a rollback by hand", Running(3, Started(), Origin.Rollback)),
        ("verifying, a rollback by hand, cancellation asked for", Running(3, Started(), Origin.Rollback).After(Cancel)),
        ("rolling back, first step", RollingBack()),
        ("rolling back, last step", RollingBack().After(Done)),
        ("rolling back, nothing known good, last step", Running(3, Started(DeploymentStates.Plan() with { OnlyUndoes = true }) with { KnownGood = null }).After(Failed, Done)),
        ("needs attention, not switched", Running(1).After(Attention)),
        ("needs attention, switched", Running(2).After(Attention)),
        ("needs attention, rolling back", RollingBack().After(Errored(budget: 0))),
        ("succeeded", Running(3).After(Done)),
        ("failed", Running(1).After(Failed)),
        ("rolled back", RollingBack().After(Done, Done)),
        ("rollback failed", RollingBack().After(Failed)),
        ("cancelled", Requested().After(Cancel)),
        ("superseded", Requested(Origin.Automatic).After(Events[19].Event)),
    ];

    private static DeploymentEvent Done => new DeploymentEvent.StepDone(At, null);

    private static DeploymentEvent Failed => new DeploymentEvent.StepFailed(At, "status 500");

    private static DeploymentEvent Cancel => new DeploymentEvent.CancelRequested(At, "kim", "wrong version");

    private static DeploymentEvent Attention => new DeploymentEvent.AttentionNeeded(At, "credentials expired", "renew them, then retry");

    private static Plan WithoutVerification => new([Step("unpack", false), Step("switch", true)], [Step("switch-back", true)]);

    private static DeploymentEvent.StepErrored Errored(int budget) => new(At, "connection refused", budget, At.AddSeconds(1));

    private static DeploymentEvent.GatesEvaluated Evaluated(GateResult gates) => new(At, gates, "policy-1", "commit-1", "host:a");

    private static DeploymentEvent.Started Started(Plan? plan = null) => new(At, Open, "policy-1", "commit-1", plan ?? DeploymentStates.Plan(), KnownGood, RollsBack: true);

    private static Deployment Queued(Origin origin = Origin.Manual) => Requested(origin).After(Evaluated(Open));

    /// <summary>At the n-th step of its plan, from 1.</summary>
    private static Deployment Running(int step, DeploymentEvent.Started? started = null, Origin origin = Origin.Manual) =>
        Queued(origin).After([started ?? Started(), .. Enumerable.Repeat(Done, step - 1)]);

    private static Deployment RollingBack() => Running(3).After(Failed);
}
