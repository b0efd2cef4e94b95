namespace Towpath.Core.Artifacts;

/// <summary>The parts of <c>repository[:tag][@digest]</c> as they are written. Whether they are valid is for the registry's client to say.</summary>
/// <param name="Repository">The host, where one is named, and the repository: <c>registry.example.com/team/web</c>.</param>
/// <param name="Tag">What stands behind the last colon of the last path segment.</param>
/// <param name="Digest">What stands behind <c>@</c>.</param>
public readonly record struct ContainerReference(string Repository, string? Tag, string? Digest)
{
    public static ContainerReference Split(string text)
    {
        var (name, digest) = text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);
        // A colon before the last slash belongs to the registry's port.
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/')
            ? new ContainerReference(name[..colon], name[(colon + 1)..], digest)
            : new ContainerReference(name, null, digest);
    }

    /// <summary>This one, or the repository under <paramref name="tag"/> where neither tag nor digest is written.</summary>
    public ContainerReference OrTagged(string tag) => Tag is null && Digest is null ? this with { Tag = tag } : this;

    /// <summary>The repository's image with these bytes: a tag may be moved, a digest stays.</summary>
    public ContainerReference At(Artifacts.Digest digest) => new(Repository, null, digest.Value);

    public override string ToString() => $"{Repository}{(Tag is null ? "" : $":{Tag}")}{(Digest is null ? "" : $"@{Digest}")}";
}
