using Towpath.Core;
using Towpath.Core.Operators;

namespace Towpath.Local.Folders;

/// <summary>Decides whether specs may use a path. Links are followed first, so that none leads out of an allowed folder.</summary>
public sealed class AllowedFolders(IReadOnlyList<string> folders)
{
    public AllowedFolders(OperatorLimits limits) : this(limits.Folders)
    {
    }

    /// <param name="path">Absolute, or relative to the first allowed folder.</param>
    public FolderAnswer Resolve(string path)
    {
        if (folders.Count == 0)
            return Refuse(path, "the operator allows no folders; let them add one to `allow: { folders: […] }` in towpath.yaml");
        if (path.Length == 0 || path.Any(char.IsControl)) return Refuse(path, "it is empty or holds control characters; write a plain path");
        if (path.Split('/').Contains("..")) return Refuse(path, "it holds `..`; write the path without it");
        var real = RealPath.Of(Path.Combine(folders[0], path));
        if (real is null) return Refuse(path, "its symbolic links lead in a circle; replace them by folders");
        return folders.Any(folder => RealPath.Of(folder) is { } allowed && RealPath.IsWithin(real, allowed))
            ? new FolderAnswer.Allowed(real)
            : Refuse(path, $"it leads to '{real}', outside the folders that the operator allows ({string.Join(", ", folders)}); "
                + "use one of those, or let the operator add another to `allow: { folders: […] }` in towpath.yaml");
    }

    private static FolderAnswer.Refused Refuse(string path, string reason) => new($"the path '{PlainText.Of(path, 200)}' cannot be used: {reason}");
}

public abstract record FolderAnswer
{
    /// <param name="Path">Absolute, with every link resolved.</param>
    public sealed record Allowed(string Path) : FolderAnswer;

    public sealed record Refused(string Reason) : FolderAnswer;
}
