namespace Towpath.Core.Artifacts;

/// <summary>
/// Gives images that are in a registry further tags, without moving bytes: the very manifest that has the digest gets the tag, so that no platform is
/// lost. Tags do not move: one that names this image already is success, and one that names another is a conflict. One for each kind of registry.
/// </summary>
public interface IImageTags
{
    /// <summary>Which registries, as <see cref="ArtifactScheme"/> tells them apart.</summary>
    string Scheme { get; }

    /// <param name="repository"><c>host/repository</c> in full.</param>
    /// <param name="digest">Which image.</param>
    /// <param name="tag">What it is to be called, too.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IOException">The registry said no otherwise, or could not be asked.</exception>
    Task<TagResult> TagAsync(string repository, Digest digest, string tag, CancellationToken cancellationToken);
}

public abstract record TagResult
{
    public sealed record Tagged : TagResult;

    /// <summary>The tag names this image already; nothing was written.</summary>
    public sealed record AlreadyTagged : TagResult;

    /// <summary>The tag names another image, and stays so.</summary>
    public sealed record Conflict(Digest Found) : TagResult;

    /// <summary>There is no such image, or no such repository.</summary>
    public sealed record Missing(string Reason) : TagResult;
}
