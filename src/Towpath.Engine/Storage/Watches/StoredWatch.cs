using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;

namespace Towpath.Engine.Storage;

public enum WatchState
{
    /// <summary>Something has to come first: its reason says what.</summary>
    Waiting,

    /// <summary>The deployment is there, or was. What that waits for, it says itself.</summary>
    Requested,
}

/// <summary>What an environment is to get since something was pushed (row D3): of several pushes that ask for it, the latest.</summary>
public sealed record StoredWatch
{
    public required EnvironmentKey Key { get; init; }

    public required long RepositoryId { get; init; }

    /// <summary>In full, such as <c>refs/heads/main</c>.</summary>
    public required string Ref { get; init; }

    public required string Sha { get; init; }

    /// <summary>When the ref was moved there.</summary>
    public required DateTimeOffset Since { get; init; }

    public required WatchState State { get; init; }

    public DeploymentId? Deployment { get; init; }

    /// <summary>What it waits for, as facts.</summary>
    public GateResult? Reason { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Something to look at again.</summary>
/// <param name="RepositoryId">GitHub's id of the repository.</param>
/// <param name="Subject">A ref in full, or a commit.</param>
/// <param name="Version">Counts how often it was told of since it was looked at last.</param>
/// <param name="Failures">How often in a row it could not be looked at.</param>
/// <param name="Repository">What the repository is called; null where nobody told.</param>
/// <param name="Stand">Where the ref stands; null for commits, and where nobody told.</param>
public sealed record Look(long RepositoryId, string Subject, long Version, int Failures, RepositoryName? Repository, RefFact? Stand)
{
    private const string Refs = "refs/";

    public bool IsRef => Subject.StartsWith(Refs, StringComparison.Ordinal);
}
