using System.Collections.Frozen;
using Towpath.Local.Sites;

namespace Towpath.Local.Serving;

/// <summary>One release, ready to answer requests. Paths are looked up among its names; a request's text never becomes a file name.</summary>
internal sealed class Release
{
    private const string Index = "index.html";
    private const string WellKnown = ".well-known";

    private readonly FrozenDictionary<string, ReleaseFile> _files;
    private readonly string _folder;

    public Release(string folder, ReleaseManifest manifest)
    {
        _folder = Path.Combine(folder, "site");
        _files = manifest.Files.Where(file => IsShown(file.Key)).ToFrozenDictionary(StringComparer.Ordinal);
        Name = Path.GetFileName(folder);
        Manifest = manifest;
    }

    public string Name { get; }

    public ReleaseManifest Manifest { get; }

    /// <param name="path">Decoded, beginning with a slash.</param>
    public Finding Find(string path)
    {
        var name = path[1..];
        if (name.Length == 0 || name.EndsWith('/')) return FileOrNothing(name + Index);
        if (_files.TryGetValue(name, out var file)) return new Finding.Content(PathOf(name), name, file, Status: 200);
        if (_files.ContainsKey($"{name}/{Index}")) return new Finding.Folder($"/{name}/");
        return FileOrNothing(name + ".html");
    }

    private Finding FileOrNothing(string name)
    {
        if (_files.TryGetValue(name, out var file)) return new Finding.Content(PathOf(name), name, file, Status: 200);
        return _files.TryGetValue("404.html", out var page) ? new Finding.Content(PathOf("404.html"), "404.html", page, Status: 404) : new Finding.Nothing();
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static bool IsShown(string path)
    {
        var parts = path.Split('/');
        return !parts.Skip(parts[0] == WellKnown ? 1 : 0).Any(part => part.StartsWith('.'));
    }
}

/// <summary>What a path leads to.</summary>
internal abstract record Finding
{
    public sealed record Content(string Path, string Name, ReleaseFile File, int Status) : Finding;

    /// <param name="Path">With its slash at the end.</param>
    public sealed record Folder(string Path) : Finding;

    public sealed record Nothing : Finding;
}
