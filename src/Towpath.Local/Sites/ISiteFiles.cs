using Towpath.Core.Artifacts;

namespace Towpath.Local.Sites;

/// <summary>Every lasting change that this target makes to a site's folder, and nothing else. Each is atomic and may be repeated.</summary>
public interface ISiteFiles
{
    /// <summary>Copies an artifact into the site's own store while it verifies the digest; under its name there is the whole artifact or nothing.</summary>
    /// <exception cref="IOException">The source or the disk failed.</exception>
    Task<CopyResult> CopyArtifactAsync(Stream source, SiteFolder folder, Digest digest, long maximumBytes, CancellationToken cancellationToken);

    /// <summary>Gives an unpacked release its name. Where it has that name already, that one stays.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    Task PublishReleaseAsync(SiteFolder folder, Digest digest, string unpacked, CancellationToken cancellationToken);

    /// <summary>Points <c>current</c> to another release, provided it still says what the caller saw.</summary>
    /// <param name="folder">The site.</param>
    /// <param name="digest">What to serve.</param>
    /// <param name="seen">What the link said when the caller decided; null where there was none.</param>
    /// <param name="cancellationToken">Cancels before, never in between.</param>
    /// <exception cref="IOException">The link says something else by now, or the disk failed.</exception>
    Task SwitchCurrentAsync(SiteFolder folder, Digest digest, string? seen, CancellationToken cancellationToken);

    /// <summary>Notes who switched.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    Task RecordSwitchAsync(SiteFolder folder, SwitchRecord record, CancellationToken cancellationToken);

    /// <summary>Nothing is served any longer: <c>current</c> goes, and the note of who switched.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    Task TakeDownAsync(SiteFolder folder, CancellationToken cancellationToken);

    /// <summary>Removes a release: under its name it is gone at once. Does nothing where <c>current</c> points to it.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    Task RemoveReleaseAsync(SiteFolder folder, string name, CancellationToken cancellationToken);

    /// <summary>Removes a stored artifact.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    Task RemoveArtifactAsync(SiteFolder folder, string fileName, CancellationToken cancellationToken);
}

public abstract record CopyResult
{
    public sealed record Copied(long Bytes) : CopyResult;

    public sealed record WrongDigest(Digest Found) : CopyResult;

    public sealed record TooLarge : CopyResult;
}
