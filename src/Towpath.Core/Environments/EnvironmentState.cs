using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Core.Environments;

/// <summary>Who keeps an environment still, why, and until when.</summary>
public sealed record EnvironmentLock(string Owner, string Reason, DateTimeOffset LockedAt, DateTimeOffset? ExpiresAt)
{
    public bool IsHeldAt(DateTimeOffset now) => ExpiresAt is null || now < ExpiresAt;
}

/// <summary>Who keeps an environment on one version, which one, why, and until when.</summary>
public sealed record EnvironmentPin(string Owner, string Reason, string Version, Digest Digest, DateTimeOffset PinnedAt, DateTimeOffset? ExpiresAt)
{
    public bool IsHeldAt(DateTimeOffset now) => ExpiresAt is null || now < ExpiresAt;
}

/// <summary>Automatic promotion stands still after a rollback until a person resumes it.</summary>
public sealed record Suspension(DeploymentId Deployment, string Reason, DateTimeOffset Since);

/// <summary>A version that stands on an environment, or stood there.</summary>
public sealed record RunningVersion(DeploymentId Deployment, string BuildId, string Version, Digest Digest, DateTimeOffset Since);

/// <summary>The board's projection of one environment, maintained by every transaction that changes it.</summary>
public sealed record EnvironmentState
{
    public required EnvironmentKey Key { get; init; }

    /// <summary>Raised by every change that gates look at (lock, pin, suspension); a start expects the number it evaluated against.</summary>
    public long GateVersion { get; init; }

    /// <summary>The deployment that was requested last, whatever became of it.</summary>
    public DeploymentId? Requested { get; init; }

    /// <summary>What stands there now, as far as Towpath put it there.</summary>
    public RunningVersion? Running { get; init; }

    /// <summary>What last succeeded there: where a rollback goes.</summary>
    public RunningVersion? KnownGood { get; init; }

    /// <summary>The deployment that is active there now.</summary>
    public DeploymentId? Active { get; init; }
    public Phase? ActivePhase { get; init; }

    /// <summary>The last one that ended after it had started.</summary>
    public DeploymentId? Last { get; init; }
    public Phase? LastPhase { get; init; }
    public EnvironmentLock? Lock { get; init; }
    public EnvironmentPin? Pin { get; init; }
    public Suspension? Suspension { get; init; }

    public static EnvironmentState Untouched(EnvironmentKey key) => new() { Key = key };
}
