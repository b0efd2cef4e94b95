using Towpath.Core.Artifacts;

namespace Towpath.Server.Api;

/// <summary>What was taken over as an environment's known good state.</summary>
public sealed record AdoptionView
{
    public required string Application { get; init; }
    public required string Environment { get; init; }
    public required string Version { get; init; }

    /// <summary>Stands for all artifacts.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Since when it runs: as the target says, else since it was adopted or deployed.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What the target said.</summary>
    public required string Seen { get; init; }

    /// <summary>It was the known good state before; nothing was changed.</summary>
    public required bool Already { get; init; }

    /// <summary>The deployment that stands for it in the history.</summary>
    public required string Deployment { get; init; }
}
