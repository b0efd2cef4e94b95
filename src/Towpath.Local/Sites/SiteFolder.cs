using System.Text.RegularExpressions;
using Towpath.Core.Artifacts;
using Towpath.Local.Folders;

namespace Towpath.Local.Sites;

/// <summary>
/// How an environment's folder is laid out. <c>current</c> is the only name that ever changes its meaning; releases never change once
/// they have their name.
/// <code>
/// artifacts/&lt;sha256&gt;.zip             what was fetched
/// releases/&lt;digest&gt;/site/…          what is served
/// releases/&lt;digest&gt;/.towpath-release.json
/// current -> releases/&lt;digest&gt;/site
/// current.json                       who switched last, and when
/// </code>
/// </summary>
public sealed partial record SiteFolder(string Root)
{
    public string Artifacts => Path.Combine(Root, "artifacts");

    public string Releases => Path.Combine(Root, "releases");

    public string Current => Path.Combine(Root, "current");

    public string Record => Path.Combine(Root, "current.json");

    public string Artifact(Digest digest) => Path.Combine(Artifacts, digest.Hex + ".zip");

    public string Release(Digest digest) => Path.Combine(Releases, digest.Hex);

    /// <summary>What <see cref="Current"/> says for this digest: relative, so that the whole folder may be moved.</summary>
    public static string LinkTo(Digest digest) => $"releases/{digest.Hex}/site";

    /// <summary>What <see cref="Current"/> says now; null before the first switch.</summary>
    public string? ReadLink() => new FileInfo(Current).LinkTarget;

    /// <summary>The release folder that a link of ours names; null for any other link.</summary>
    public string? ReleaseOfLink(string link) => Link().Match(link) is { Success: true } match ? Path.Combine(Releases, match.Groups["name"].Value) : null;

    /// <returns>Null where the folder is as it should be, else what is wrong.</returns>
    public static string? Problem(string root, LocalOptions options)
    {
        if (new AllowedFolders(options.Limits).Resolve(root) is FolderAnswer.Refused refused) return refused.Reason;
        string[] folders = [root, Path.Combine(root, "artifacts"), Path.Combine(root, "releases")];
        return RealPath.Of(root) != root || folders.Any(folder => new FileInfo(folder).LinkTarget is not null)
            ? $"'{root}', or a folder in it, has become a symbolic link; replace the link by a folder"
            : null;
    }

    [GeneratedRegex("^releases/(?<name>[0-9a-f]{64})/site$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
