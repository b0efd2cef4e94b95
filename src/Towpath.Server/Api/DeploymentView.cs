using System.Text.Json.Nodes;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;

namespace Towpath.Server.Api;

/// <summary>One line of a list of deployments.</summary>
public record DeploymentSummary
{
    public required string Id { get; init; }
    public required string Application { get; init; }
    public required string Environment { get; init; }
    public required string Version { get; init; }
    public required Digest Digest { get; init; }
    public required Phase Phase { get; init; }
    public required Origin Origin { get; init; }
    public required string RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public required DateTimeOffset PhaseSince { get; init; }

    /// <summary>What its closed gates wait for, or the node that it needs where none runs, in one sentence.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>Why it failed, was rolled back, cancelled or superseded.</summary>
    public string? Outcome { get; init; }

    /// <summary>Its page.</summary>
    public required string Url { get; init; }
}

/// <summary>Everything about one deployment: who, what, when, why, and how far.</summary>
public sealed record DeploymentView : DeploymentSummary
{
    public required string Commit { get; init; }
    public required string BuildId { get; init; }
    public string? Author { get; init; }

    /// <summary>Who else had a hand in it, such as who pushed the commit or published the release.</summary>
    public IReadOnlyList<string>? Hands { get; init; }
    public string? Reason { get; init; }
    public required string PolicyRevision { get; init; }
    public string? PolicySource { get; init; }

    /// <summary>The result tree as facts; null before the first evaluation.</summary>
    public GateResult? Gates { get; init; }

    /// <summary>The same tree in words.</summary>
    public required IReadOnlyList<GateLine> Explanation { get; init; }

    /// <summary>Place in the environment's line, from 1; null outside it.</summary>
    public int? LinePosition { get; init; }

    /// <summary>What a rollback goes back to.</summary>
    public RunningVersion? KnownGood { get; init; }
    public required IReadOnlyList<StepView> Steps { get; init; }
    public required IReadOnlyList<StepView> RollbackSteps { get; init; }
    public Attention? Attention { get; init; }
    public CancelRequest? Cancel { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public required IReadOnlyList<Approval> Approvals { get; init; }
}

/// <summary>One planned step and what became of it.</summary>
public sealed record StepView(
    string Name, string Kind, Stage Stage, StepStatus Status, int Attempt, string? Message,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, JsonObject? Outputs);

public sealed record DeploymentList(IReadOnlyList<DeploymentSummary> Deployments);

public sealed record JournalView(IReadOnlyList<JournalEntry> Entries);

/// <param name="Lines">In order.</param>
/// <param name="Complete">The deployment has ended and these are the last lines.</param>
public sealed record LogPage(IReadOnlyList<LogLine> Lines, bool Complete);

/// <summary>The last event of a log stream.</summary>
public sealed record LogEnd(Phase Phase);
