namespace Towpath.Core.Artifacts;

public enum ArtifactKind
{
    /// <summary>A container image, named by its index digest.</summary>
    Container,

    /// <summary>A zip of a static site.</summary>
    StaticSite,

    /// <summary>A zip of a function.</summary>
    Function,

    /// <summary>No bytes of its own: the commit is what is deployed.</summary>
    Commit,
}

/// <summary>Immutable bytes named by digest, and where they can be read.</summary>
/// <param name="Name">The artifact's name in the app spec; <c>default</c> where the application has just one.</param>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Reference">Where they are: <c>scheme://…</c>, a path, or <c>repository@digest</c>.</param>
/// <param name="Digest">What they are.</param>
/// <param name="Size">Bytes, where the source tells.</param>
public sealed record Artifact(string Name, ArtifactKind Kind, string Reference, Digest Digest, long? Size = null)
{
    public const string DefaultName = "default";

    /// <summary>
    /// A commit that is deployed as it is. Its digest is that of its id, which names its content by itself, in whatever repository it lies: so it is known
    /// without asking anybody.
    /// </summary>
    public static Artifact OfCommit(string name, string commit) => new(name, ArtifactKind.Commit, commit, Digest.Of(commit));
}
