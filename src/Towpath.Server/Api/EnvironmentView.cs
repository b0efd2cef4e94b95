using System.Text.Json.Serialization;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;

namespace Towpath.Server.Api;

/// <summary>How an environment is, as far as its last deployment tells.</summary>
public enum Health
{
    /// <summary>The last deployment succeeded, or was rolled back to one that had.</summary>
    Healthy,

    /// <summary>The last deployment failed and nothing good was put back.</summary>
    Failed,

    /// <summary>Nothing was ever deployed.</summary>
    Unknown,

    /// <summary>A deployment is active.</summary>
    Deploying,
}

/// <summary>One environment on the board.</summary>
public sealed record EnvironmentView
{
    public required string Application { get; init; }
    public required string Name { get; init; }
    public RunningVersion? Running { get; init; }
    public RunningVersion? KnownGood { get; init; }
    public required Health Health { get; init; }
    public DeploymentSummary? Active { get; init; }

    /// <summary>The deployment that ended last after it had started, which what runs does not tell of where it failed.</summary>
    public LastDeployment? Last { get; init; }

    /// <summary>Those in line, head first, then those that wait for something.</summary>
    public required IReadOnlyList<DeploymentSummary> Waiting { get; init; }
    public EnvironmentLock? Lock { get; init; }

    /// <summary>The version that it is kept on.</summary>
    public EnvironmentPin? Pin { get; init; }
    public Suspension? Suspension { get; init; }

    /// <summary>What was pushed and is to come here, and waits before there is a deployment, such as for its build.</summary>
    public WatchView? Watch { get; init; }

    /// <summary>Where people find what runs: as the spec says, else as whoever deployed it told, else where Towpath serves it.</summary>
    public string? Url { get; init; }

    /// <summary>What keeps it from being served, and what to do.</summary>
    public string? Problem { get; init; }

    /// <summary>Nothing runs or is on its way here.</summary>
    [JsonIgnore]
    public bool IsEmpty => Running is null && Active is null && Watch is null && Waiting.Count == 0;

    /// <summary>How the last deployment ended, where nothing else here tells it: not while one is active, and not where the suspension is about the same.</summary>
    [JsonIgnore]
    public string? LastInWords => Active is null && Last is { } last && Suspension?.Deployment != last.Deployment ? Words.OfLast(last.Phase) : null;
}

/// <summary>A deployment that ended, and how.</summary>
public sealed record LastDeployment(DeploymentId Deployment, Phase Phase);
