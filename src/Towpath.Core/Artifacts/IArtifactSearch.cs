namespace Towpath.Core.Artifacts;

/// <summary>Lists artifacts of one scheme by the beginning of their reference. Implemented by sources that can.</summary>
public interface IArtifactSearch
{
    /// <summary>The scheme of the source that it belongs to.</summary>
    string Scheme { get; }

    /// <summary>References that begin so, in no order; more than <paramref name="most"/> are not told.</summary>
    /// <exception cref="IOException">The place could not be read.</exception>
    Task<IReadOnlyList<string>> FindAsync(string beginning, int most, CancellationToken cancellationToken);
}
