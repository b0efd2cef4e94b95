namespace Towpath.Server.Features.Configuration;

/// <summary>Where paths lead when every link on the way is followed.</summary>
internal static class RealPaths
{
    private const int MostLinks = 40;

    /// <summary>Null where links lead in a circle.</summary>
    public static string? Of(string path) => Of(Path.GetFullPath(path), Path.DirectorySeparatorChar.ToString());

    /// <summary>Null where links lead in a circle.</summary>
    /// <param name="path">Seen from the folder.</param>
    /// <param name="real">The folder, with its own links followed already.</param>
    public static string? Of(string path, string real)
    {
        var links = 0;
        var rest = new Stack<string>(Parts(path).Reverse());
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks) return null;
            if (Path.IsPathRooted(target)) real = Path.DirectorySeparatorChar.ToString();
            foreach (var step in Parts(target).Reverse()) rest.Push(step);
        }

        return real;
    }

    public static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static IEnumerable<string> Parts(string path) => path.Split(Path.DirectorySeparatorChar).Where(part => part.Length > 0 && part != ".");
}
