using Towpath.Core.Sites;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>Compressed copies beside the files that are worth it.</summary>
internal static class Variants
{
    /// <summary>Below this a packet is sent anyway.</summary>
    private const int Smallest = 1024;

    private static readonly (string Encoding, string Extension)[] Known = [("br", ".br"), ("gzip", ".gz")];

    public static IEnumerable<(SiteFile File, string Path)> Of(string path, SiteFile file, IReadOnlyList<string> encodings)
    {
        if (file.Size < Smallest || !ContentTypes.IsCompressible(file.Type)) yield break;
        foreach (var (encoding, extension) in Known)
            if (encodings.Contains(encoding, StringComparer.Ordinal)) yield return (file with { Encoding = encoding }, path + extension);
    }

    /// <summary>The file that a variant is made of; the path itself for one that is none.</summary>
    public static string Original(string path, SiteFile file) => file.Encoding switch
    {
        "br" => path[..^".br".Length],
        "gzip" => path[..^".gz".Length],
        _ => path,
    };
}
