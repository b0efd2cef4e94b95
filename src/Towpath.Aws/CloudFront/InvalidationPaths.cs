namespace Towpath.Aws.CloudFront;

/// <summary>Turns names of a site into what CloudFront is to forget (Amazon CloudFront Developer Guide, "Invalidating files").</summary>
public static class InvalidationPaths
{
    /// <summary>So many paths a month are free, and one call may name three times as many; beyond that one path for all of them is cheaper.</summary>
    public const int Most = 1000;

    private const string Index = "index.html";

    /// <param name="names">Relative to the root of the distribution, with slashes.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> names)
    {
        var paths = names.SelectMany(AliasesOf).Select(Escape).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return paths.Count > Most ? ["/*"] : paths;
    }

    // A folder's index is also asked for as the folder, with a slash and without.
    private static IEnumerable<string> AliasesOf(string name)
    {
        yield return name;
        if (name == Index) yield return "";
        if (!name.EndsWith("/" + Index, StringComparison.Ordinal)) yield break;
        var folder = name[..^Index.Length];
        yield return folder;
        yield return folder[..^1];
    }

    // A star would stand for more than one name.
    private static string Escape(string name) => "/" + string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
}
