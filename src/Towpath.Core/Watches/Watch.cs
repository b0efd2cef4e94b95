using Towpath.Core.Deployments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;

namespace Towpath.Core.Watches;

/// <summary>A push or a pull request asks that a commit go to an environment as soon as it may (row D3).</summary>
/// <param name="Repository">GitHub's id of the repository, which outlives its name.</param>
/// <param name="Sha">The commit.</param>
/// <param name="Ref">The full ref that stood at the commit, such as <c>refs/heads/main</c> or <c>refs/pull/42/head</c>.</param>
/// <param name="Key">Where it is to go.</param>
public sealed record Watch(long Repository, string Sha, string Ref, EnvironmentKey Key);

/// <summary>A deployment of the watched commit to the watched environment that there is or was.</summary>
/// <param name="Id">The deployment.</param>
/// <param name="Phase">Where it is.</param>
/// <param name="At">Since when it is there.</param>
/// <param name="Why">How it came to its end, where it did not succeed.</param>
public sealed record AttemptFact(DeploymentId Id, Phase Phase, DateTimeOffset At, string? Why = null);

/// <summary>Everything that a watch is evaluated against.</summary>
public sealed record WatchFacts
{
    /// <summary>Where the watched ref stands; null where nothing was heard of it.</summary>
    public required RefFact? Stand { get; init; }

    /// <summary>Of the watched commit on the watched environment, in any order.</summary>
    public required IReadOnlyList<AttemptFact> Attempts { get; init; }

    /// <summary>The gates of such a promotion, evaluated for this commit.</summary>
    public required GateResult Gates { get; init; }

    /// <summary>Why it cannot be learnt where the ref stands; null where it can.</summary>
    public string? RefUnavailable { get; init; }
}

public enum WatchOutcome
{
    /// <summary>Something has to change first; the watch stays.</summary>
    Wait,

    /// <summary>The promotion is to be requested now.</summary>
    Deploy,

    /// <summary>The ref stands elsewhere: the watch is dropped.</summary>
    Stale,

    /// <summary>There is a deployment already: the watch is dropped.</summary>
    Done,
}

/// <param name="Outcome">What is to become of the watch.</param>
/// <param name="Why">What was found, as facts; <see cref="GateWords"/> has the words.</param>
public sealed record WatchDecision(WatchOutcome Outcome, GateResult Why)
{
    /// <summary>What it waits for or why it was dropped, in one sentence; null where it deploys.</summary>
    public string? Reason => GateWords.WaitsFor(Why);
}
