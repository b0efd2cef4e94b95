using Towpath.Core.Applications;
using Towpath.Core.Artifacts;

namespace Towpath.Core.Targets;

/// <summary>
/// Removes what a target of one kind keeps and nobody needs any more. A deployment may start while it works, after the caller read what to keep:
/// a step that needs what an earlier step found there brings it again.
/// </summary>
public interface ITargetRetention
{
    /// <summary>The target that it cleans up after.</summary>
    string Kind { get; }

    /// <param name="key">The environment.</param>
    /// <param name="target">Its target.</param>
    /// <param name="keep">What runs, what a rollback would go back to, and what any open deployment brings: never removed.</param>
    /// <param name="cancellationToken">Stops between two removals.</param>
    Task PruneAsync(EnvironmentKey key, TargetSpec target, IReadOnlyList<Digest> keep, CancellationToken cancellationToken);
}
