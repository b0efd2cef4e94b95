using Towpath.Core.Operators;

namespace Towpath.Core.Artifacts;

/// <summary>Whether an application may use what an artifact's reference names, whoever told it: a build, a journal, or a target.</summary>
public static class ArtifactPlaces
{
    /// <param name="sources">Those that are registered.</param>
    /// <param name="artifact">With its reference.</param>
    /// <param name="limits">The limits <see cref="OperatorLimits.For"/> the application's repository.</param>
    /// <returns>Null where it may, else a sentence that says what to change.</returns>
    public static string? Check(this IEnumerable<IArtifactSource> sources, Artifact artifact, OperatorLimits limits)
    {
        // A commit is no place that anything is read from.
        if (artifact.Kind == ArtifactKind.Commit) return null;
        var scheme = ArtifactScheme.Of(artifact.Kind, artifact.Reference);
        return sources.FirstOrDefault(source => string.Equals(source.Scheme, scheme, StringComparison.Ordinal))?.Check(artifact.Reference, limits);
    }
}
