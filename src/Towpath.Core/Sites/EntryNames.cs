using System.Text;

namespace Towpath.Core.Sites;

/// <summary>
/// Decides which entry names of a zip may become files. Remembers all that it saw, since two names that differ only in case
/// are one file on some systems, and no artifact should depend on which.
/// </summary>
public sealed class EntryNames
{
    private const int MaximumPart = 255;
    private const int MaximumName = 1024;

    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    /// <returns>Null where the name may be used, else what is wrong with it.</returns>
    public string? Add(string name, bool isFolder)
    {
        var path = isFolder ? name.TrimEnd('/') : name;
        return Unsafe(path) ?? AddFolders(path) ?? AddLast(path, isFolder);
    }

    /// <summary>What makes a single name unusable, whatever else there is.</summary>
    public static string? Unsafe(string path)
    {
        if (path.Length == 0) return "its name is empty";
        if (path.Any(char.IsControl)) return "its name holds control characters";
        if (path.Contains('\uFFFD') || path.Any(char.IsSurrogate) && !IsWellFormed(path)) return "its name is not valid UTF-8";
        if (path.Contains('\\')) return "its name holds a backslash";
        if (path[0] == '/') return "its path is absolute";
        if (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0])) return "its path begins with a drive letter";
        if (Encoding.UTF8.GetByteCount(path) > MaximumName) return $"its path is longer than {MaximumName} bytes";
        return path.Split('/').Select(UnsafePart).FirstOrDefault(problem => problem is not null);
    }

    private static string? UnsafePart(string part) => part switch
    {
        "" => "its path has an empty part",
        ".." => "its path leaves the folder by `..`",
        "." => "its path has a part `.`",
        _ when Encoding.UTF8.GetByteCount(part) > MaximumPart => $"a part of its path is longer than {MaximumPart} bytes",
        _ => null,
    };

    private string? AddFolders(string path)
    {
        for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            var folder = path[..slash];
            if (_seen.TryAdd(Fold(folder), new Seen(folder, IsFolder: true, Listed: false))) continue;
            var seen = _seen[Fold(folder)];
            if (!seen.IsFolder) return $"'{PlainText.Of(seen.Name, 200)}' is a file and a folder at once";
            if (seen.Name != folder) return $"its folder collides with '{PlainText.Of(seen.Name, 200)}', which differs only in case";
        }
        return null;
    }

    private string? AddLast(string path, bool isFolder)
    {
        var key = Fold(path);
        if (!_seen.TryGetValue(key, out var seen))
        {
            _seen[key] = new Seen(path, isFolder, Listed: true);
            return null;
        }

        if (seen.Name != path) return $"its name collides with '{PlainText.Of(seen.Name, 200)}', which differs only in case";
        if (seen.IsFolder != isFolder) return "it is a file and a folder at once";
        if (!isFolder || seen.Listed) return "the zip holds two entries of this name";
        _seen[key] = seen with { Listed = true };
        return null;
    }

    private static string Fold(string name) => name.ToUpperInvariant();

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsSurrogatePair(text, i)) return false;
            i++;
        }
        return true;
    }

    /// <param name="Listed">Whether it has an entry of its own, rather than being implied by what lies in it.</param>
    private sealed record Seen(string Name, bool IsFolder, bool Listed);
}
