namespace Towpath.Local.Folders;

/// <summary>Where a path really leads, links resolved part by part. Parts that do not exist stay as they are.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MaximumLinks = 40;

    /// <returns>Null where links lead in a circle.</returns>
    public static string? Of(string absolute)
    {
        var pending = new Stack<string>();
        Push(pending, absolute);
        var real = "/";
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name is "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }

            var next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaximumLinks) return null;
            if (Path.IsPathRooted(target)) real = "/";
            Push(pending, target);
        }
        return real;
    }

    public static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder.EndsWith('/') ? folder : folder + "/", StringComparison.Ordinal);

    private static void Push(Stack<string> pending, string path)
    {
        foreach (var part in path.Split('/').Reverse())
            if (part is not ("" or ".")) pending.Push(part);
    }
}
