using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Core;
using Towpath.Core.Sites;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>Decides how a site's names may be cached.</summary>
internal static class SiteNames
{
    public const string Forever = "public, max-age=31536000, immutable";
    public const string Revalidate = "public, max-age=0, must-revalidate";

    public static string CacheControl(SiteFile file) => file.Immutable ? Forever : Revalidate;

    /// <summary>Whether the name shows, or the spec or the build says, that it changes with its content. Pages never do.</summary>
    public static bool LooksImmutable(string path, StaticSiteSettings site, SiteContent content) =>
        !IsPage(path) && (HashedNames.IsHashed(path) || content.Hashed.Contains(path) || site.Immutable.Any(pattern => IsMatch(pattern, path)));

    public static bool IsPage(string path) =>
        path.EndsWith(".html", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".htm", StringComparison.OrdinalIgnoreCase);

    // A folder stands for all that is in it.
    private static bool IsMatch(string pattern, string path)
    {
        var plain = pattern.TrimStart('/');
        return AnchoredPattern.IsMatch(plain.EndsWith('/') ? plain + "**" : plain, path)
            || (!plain.Contains('*', StringComparison.Ordinal) && path.StartsWith(plain + "/", StringComparison.Ordinal));
    }
}
