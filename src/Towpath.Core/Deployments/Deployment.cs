using Towpath.Core.Artifacts;
using Towpath.Core.Environments;
using Towpath.Core.Gates;

namespace Towpath.Core.Deployments;

/// <summary>Where a request came from. Only automatic ones are superseded by newer ones and held by a suspension.</summary>
public enum Origin
{
    Manual,
    Automatic,

    /// <summary>By hand, back to an earlier version.</summary>
    Rollback,

    /// <summary>What ran there already; nothing is deployed, and from now on it is what a rollback goes back to.</summary>
    Adopted,
}

/// <summary>One promotion on its way and its execution on one environment.</summary>
public sealed record Deployment
{
    public required DeploymentId Id { get; init; }
    public required EnvironmentKey Key { get; init; }
    public required string BuildId { get; init; }
    public required string Commit { get; init; }
    public required string Version { get; init; }
    public required Digest Digest { get; init; }
    public required IReadOnlyList<Artifact> Artifacts { get; init; }
    public required Origin Origin { get; init; }
    public required string RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Who wrote the commit, where CI told.</summary>
    public string? Author { get; init; }

    /// <summary>Who else had a hand in what is deployed; null where nobody else is known.</summary>
    public IReadOnlyList<string>? Hands { get; init; }

    /// <summary>Whether somebody requested it, wrote it, or is known to have had another hand in it.</summary>
    public bool HasHandOf(string user) => new[] { RequestedBy, Author }.Concat(Hands ?? []).Contains(user, StringComparer.OrdinalIgnoreCase);

    /// <summary>The pull request that the build was made for; null for all others.</summary>
    public long? BuiltForPull { get; init; }

    /// <summary>Why it was asked for.</summary>
    public string? Reason { get; init; }

    /// <summary>The pull request that it was asked for in, or whose preview it is: told there of every step.</summary>
    public PullReference? Pull { get; init; }

    /// <summary>The optimistic revision: 1 when created, one more with each saved change.</summary>
    public long Revision { get; init; } = 1;
    public Phase Phase { get; init; } = Phase.Waiting;
    public DateTimeOffset PhaseSince { get; init; }

    /// <summary>The policy that <see cref="Gates"/> was evaluated against. Approvals given under another one are void.</summary>
    public string PolicyRevision { get; init; } = "";

    /// <summary>The commit of the configuration that the policy came from.</summary>
    public string? PolicySource { get; init; }
    public GateResult? Gates { get; init; }

    /// <summary>What a node must have to run it, such as <c>host:NAME</c>, under that policy.</summary>
    public string? Capability { get; init; }
    public DateTimeOffset? QueuedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public Plan? Plan { get; init; }

    /// <summary>What a rollback goes back to; known at the start, never changed after it.</summary>
    public RunningVersion? KnownGood { get; init; }

    /// <summary>Whether the policy that it started under rolls back by itself.</summary>
    public bool RollsBack { get; init; }

    /// <summary>The step to run next, in <see cref="Steps"/>, or in <see cref="RollbackSteps"/> while rolling back.</summary>
    public int Cursor { get; init; }
    public IReadOnlyList<StepRecord> Steps { get; init; } = [];
    public IReadOnlyList<StepRecord> RollbackSteps { get; init; } = [];

    /// <summary>A step that switches was started: the target may run the new version.</summary>
    public bool Switched { get; init; }
    public CancelRequest? Cancel { get; init; }
    public Attention? Attention { get; init; }

    /// <summary>Why it failed, was rolled back, cancelled or superseded.</summary>
    public string? Outcome { get; init; }

    public PlanStep? CurrentStep => Phase switch
    {
        Phase.Running or Phase.Verifying => Plan is { } plan && Cursor < plan.Steps.Count ? plan.Steps[Cursor] : null,
        Phase.RollingBack => Plan is { } plan && Cursor < plan.Rollback.Count ? plan.Rollback[Cursor] : null,
        Phase.Waiting or Phase.Queued or Phase.NeedsAttention or Phase.Succeeded or Phase.Failed or Phase.RolledBack
            or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded => null,
    };

    public StepRecord? CurrentRecord => CurrentStep is null ? null : (Phase == Phase.RollingBack ? RollbackSteps : Steps).ElementAtOrDefault(Cursor);
}

/// <summary>A pull request on GitHub.</summary>
/// <param name="RepositoryId">GitHub's id of the repository, which renaming does not change.</param>
/// <param name="Number">Its number.</param>
public sealed record PullReference(long RepositoryId, long Number)
{
    public override string ToString() => $"{RepositoryId}/{Number}";
}

public sealed record CancelRequest(string By, string? Reason, DateTimeOffset At);

/// <summary>Why a person is needed, what they can do, and where it goes on when they retry.</summary>
public sealed record Attention(string Reason, string WhatToDo, Phase ResumesIn);
