using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Core.Approvals;

public enum Verdict
{
    Approved,
    Rejected,
}

/// <summary>One person's recorded decision, bound to digest, environment and policy revision. It counts for one role's rule.</summary>
public sealed record Approval
{
    public required string Id { get; init; }
    public required DeploymentId Deployment { get; init; }
    public required EnvironmentKey Key { get; init; }
    public required Digest Digest { get; init; }
    public required string PolicyRevision { get; init; }
    public required string Role { get; init; }
    public required string User { get; init; }
    public required Verdict Verdict { get; init; }
    public string? Comment { get; init; }
    public required DateTimeOffset At { get; init; }
}
