using System.Text.Json.Nodes;
using Towpath.Core.Environments;
using Towpath.Core.Gates;

namespace Towpath.Core.Deployments;

/// <summary>What happened to a deployment, with the time at which it happened.</summary>
public abstract record DeploymentEvent(DateTimeOffset At)
{
    /// <summary>Its name in journal, audit log and transition table.</summary>
    public string Name => GetType().Name;

    /// <summary>Somebody, or an automatic rule, asked for it.</summary>
    public sealed record Requested(DateTimeOffset At, string By) : DeploymentEvent(At);

    /// <summary>The gates were evaluated.</summary>
    /// <param name="At">When.</param>
    /// <param name="Gates">What they found.</param>
    /// <param name="PolicyRevision">The policy they were evaluated against.</param>
    /// <param name="PolicySource">The commit that the policy came from.</param>
    /// <param name="Capability">What a node must have to run it.</param>
    public sealed record GatesEvaluated(DateTimeOffset At, GateResult Gates, string PolicyRevision, string? PolicySource, string? Capability) : DeploymentEvent(At);

    /// <summary>Head of the line, gates open just now, plan made: it starts to run.</summary>
    /// <param name="At">When.</param>
    /// <param name="Gates">What they found.</param>
    /// <param name="PolicyRevision">The policy they were evaluated against.</param>
    /// <param name="PolicySource">The commit that the policy came from.</param>
    /// <param name="Plan">What it will do.</param>
    /// <param name="KnownGood">What a rollback would go back to.</param>
    /// <param name="RollsBack">Whether the policy rolls back by itself.</param>
    public sealed record Started(
        DateTimeOffset At, GateResult Gates, string PolicyRevision, string? PolicySource, Plan Plan, RunningVersion? KnownGood, bool RollsBack) : DeploymentEvent(At);

    /// <summary>What a target runs already was taken over as the known good state.</summary>
    /// <param name="At">When.</param>
    /// <param name="By">Who took it over.</param>
    /// <param name="Since">Since when it runs, where the target knows.</param>
    /// <param name="Seen">What the target said.</param>
    public sealed record Adopted(DateTimeOffset At, string By, DateTimeOffset? Since, string Seen) : DeploymentEvent(At);

    /// <summary>The target or the policy said no when the plan was to be made.</summary>
    public sealed record StartRefused(DateTimeOffset At, string Reason) : DeploymentEvent(At);

    /// <summary>The intent to run the current step, durable before its first outside effect.</summary>
    public sealed record StepStarted(DateTimeOffset At) : DeploymentEvent(At);

    public sealed record UndoRecorded(DateTimeOffset At, JsonObject Undo) : DeploymentEvent(At);

    public sealed record StepDone(DateTimeOffset At, JsonObject? Outputs) : DeploymentEvent(At);

    /// <summary>The current step wants to be looked at again later.</summary>
    public sealed record StepWaiting(DateTimeOffset At, DateTimeOffset Until, string Progress) : DeploymentEvent(At);

    public sealed record StepFailed(DateTimeOffset At, string Reason) : DeploymentEvent(At);

    /// <summary>Somebody else put something else on the target meanwhile.</summary>
    public sealed record StepSuperseded(DateTimeOffset At, string Reason) : DeploymentEvent(At);

    /// <param name="At">When.</param>
    /// <param name="Message">What went wrong, without secrets.</param>
    /// <param name="ErrorBudget">The step's budget; one error more than it counts as a failure.</param>
    /// <param name="RetryAt">When to try again inside the budget.</param>
    public sealed record StepErrored(DateTimeOffset At, string Message, int ErrorBudget, DateTimeOffset RetryAt) : DeploymentEvent(At);

    public sealed record CancelRequested(DateTimeOffset At, string By, string? Reason) : DeploymentEvent(At);

    /// <summary>The owner stopped what it did because of the cancellation.</summary>
    public sealed record Stopped(DateTimeOffset At) : DeploymentEvent(At);

    public sealed record Rejected(DateTimeOffset At, string By, string Role, string? Reason) : DeploymentEvent(At);

    /// <summary>It turned out before its start that others had a hand in it, too, such as who pushed what another door had asked for. They do not approve it.</summary>
    public sealed record HandsJoined(DateTimeOffset At, IReadOnlyList<string> Hands) : DeploymentEvent(At);

    public sealed record SupersededBy(DateTimeOffset At, DeploymentId Newer) : DeploymentEvent(At);

    /// <summary>It cannot go on without a person.</summary>
    public sealed record AttentionNeeded(DateTimeOffset At, string Reason, string WhatToDo) : DeploymentEvent(At);

    /// <summary>A person says: try again, with a fresh error budget.</summary>
    public sealed record Retried(DateTimeOffset At, string By) : DeploymentEvent(At);
}
