using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>What was read once for all that is decided together.</summary>
public sealed record WatchRound
{
    public required Core.Applications.Configuration Configuration { get; init; }

    /// <summary>Something changed while this was decided last: look more closely.</summary>
    public required bool IsAgain { get; init; }

    public required IReadOnlyDictionary<EnvironmentKey, StoredWatch> Watches { get; init; }

    public required IReadOnlyDictionary<EnvironmentKey, EnvironmentState> States { get; init; }

    /// <summary>Deployments that have not ended.</summary>
    public required ILookup<EnvironmentKey, Deployment> Open { get; init; }

    /// <summary>Builds of what is asked for: environments of one application share them.</summary>
    internal Dictionary<BuildKey, PushedBuild> Builds { get; } = [];
}

internal readonly record struct BuildKey(string Application, string Ref, string Sha);

/// <param name="Watch">What is asked for.</param>
/// <param name="Stand">Where its ref stands.</param>
/// <param name="Unavailable">Why that is not known.</param>
public sealed record AskedWatch(Watch Watch, RefFact Stand, string? Unavailable)
{
    /// <summary>Why the repository may not ask for it, since it only has the name of the application's; null where it may.</summary>
    public string? Refused { get; init; }

    /// <summary>Of two for one environment the greater counts, whichever was told first. What is refused takes nobody's place.</summary>
    internal (bool, DateTimeOffset, string) Order => (Refused is null, Stand.At, Watch.Ref);
}
