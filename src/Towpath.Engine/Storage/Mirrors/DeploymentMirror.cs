using Towpath.Core;
using Towpath.Core.Deployments;

namespace Towpath.Engine.Storage;

/// <summary>What GitHub shows of a deployment here: one GitHub Deployment, and what it was last said to be.</summary>
/// <param name="Deployment">The deployment here.</param>
/// <param name="Key">Its environment.</param>
/// <param name="RepositoryId">Where it is shown.</param>
public sealed record DeploymentMirror(DeploymentId Deployment, EnvironmentKey Key, long RepositoryId)
{
    /// <summary>GitHub's id; null where its making has begun and nobody saw the end.</summary>
    public long? GitHubId { get; init; }

    /// <summary>What was told last, as GitHub names it; null where nothing was yet.</summary>
    public string? State { get; init; }

    /// <summary>Why it is not shown any further.</summary>
    public string? Problem { get; init; }

    /// <summary>How often in a row GitHub could not be reached.</summary>
    public int Failures { get; init; }

    /// <summary>It stands as one that is there, or on its way.</summary>
    public bool IsShown => GitHubId is not null && State is null or "pending" or "queued" or "in_progress" or "success";
}

/// <summary>A workflow run that waits for an answer of ours before it may deploy.</summary>
/// <param name="RepositoryId">The repository.</param>
/// <param name="RunId">The run.</param>
/// <param name="Environment">GitHub's name of the environment.</param>
/// <param name="Sha">The commit.</param>
/// <param name="AskedAt">When it asked.</param>
public sealed record ProtectionRequest(long RepositoryId, long RunId, string Environment, string Sha, DateTimeOffset AskedAt)
{
    /// <summary>What it was last told while it waits.</summary>
    public string? Told { get; init; }

    /// <summary>How often it was told something. GitHub takes ten.</summary>
    public int Reports { get; init; }

    /// <summary><c>approved</c>, <c>rejected</c>, or why it is no longer answered; null while it waits.</summary>
    public string? Answer { get; init; }
}
