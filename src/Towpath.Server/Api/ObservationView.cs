using Towpath.Core.Artifacts;
using Towpath.Core.Environments;
using Towpath.Core.Targets;

namespace Towpath.Server.Api;

/// <summary>What runs on an environment's target now, as the target says, beside what Towpath believes.</summary>
public sealed record ObservationView
{
    public required string Application { get; init; }
    public required string Environment { get; init; }

    /// <summary>The target's kind.</summary>
    public required string Target { get; init; }
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary><see cref="TargetHealth.Unknown"/> where there is a <see cref="Problem"/>.</summary>
    public TargetHealth Health { get; init; } = TargetHealth.Unknown;
    public string? Summary { get; init; }

    /// <summary>The label that the target has for it.</summary>
    public string? Version { get; init; }
    public DateTimeOffset? Since { get; init; }

    /// <summary>Stands for all artifacts; absent where nothing runs, or the target cannot tell.</summary>
    public Digest? Digest { get; init; }
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>What Towpath believes to run.</summary>
    public RunningVersion? Believed { get; init; }

    /// <summary>Whether both are the same; absent where the target does not tell.</summary>
    public bool? Agrees { get; init; }

    /// <summary>Why the target could not be asked, and what to do.</summary>
    public string? Problem { get; init; }
}
