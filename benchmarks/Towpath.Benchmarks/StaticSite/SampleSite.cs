using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Benchmarks.StaticSite;

/// <summary>A site as bundlers make them: hashed scripts, styles and pictures, pages, and some names that stay. Once as a folder, once as a zip.</summary>
internal static class SampleSite
{
    public const int Files = 2000;
    public const int Megabytes = 56;
    private const int Pages = 300;
    private const int Stable = 100;
    private const int Average = Megabytes * 1_000_000 / Files;

    /// <param name="path">The folder; the zip lies beside it, with <c>.zip</c> behind its name.</param>
    /// <param name="before">The files of the site that this one is made from; none for the first.</param>
    /// <param name="seed">Another one, another content.</param>
    /// <param name="changed">How many files differ from <paramref name="before"/>.</param>
    /// <returns>The files by path.</returns>
    public static IReadOnlyDictionary<string, byte[]> Write(string path, IReadOnlyDictionary<string, byte[]> before, int seed, int changed = 0)
    {
        var files = before.Count == 0 ? Make(seed) : Change(before, seed, changed);
        foreach (var (name, content) in files)
        {
            var file = Path.Combine(path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }

        using var zip = ZipFile.Open(path + ".zip", ZipArchiveMode.Create);
        foreach (var (name, content) in files)
        {
            using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
            entry.Write(content);
        }

        return files;
    }

    private static Dictionary<string, byte[]> Make(int seed)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < Files; i++)
        {
            var content = Content(seed, i, i < Pages || i % 2 == 0);
            files[Name(i, content)] = content;
        }

        return files;
    }

    /// <summary>Half of what changes are pages, half assets, which then have other names.</summary>
    private static Dictionary<string, byte[]> Change(IReadOnlyDictionary<string, byte[]> before, int seed, int changed)
    {
        var files = new Dictionary<string, byte[]>(before, StringComparer.Ordinal);
        var names = before.Keys.ToList();
        for (var i = 0; i < changed / 2; i++)
        {
            var asset = Content(seed + 1000, Pages + Stable + i, text: true);
            files[names[i]] = Content(seed + 1000, i, text: true);
            files.Remove(names[Pages + Stable + i]);
            files[Name(Pages + Stable + i, asset)] = asset;
        }

        return files;
    }

    private static string Name(int i, byte[] content) => i switch
    {
        0 => "index.html",
        < Pages => string.Create(CultureInfo.InvariantCulture, $"docs/section-{i % 20}/page-{i}/index.html"),
        < Pages + Stable => string.Create(CultureInfo.InvariantCulture, $"images/picture-{i}.png"),
        _ => string.Create(CultureInfo.InvariantCulture, $"assets/chunk{i}.{Convert.ToHexStringLower(SHA256.HashData(content))[..12]}.{(i % 2 == 0 ? "js" : "webp")}"),
    };

    /// <summary>From half to one and a half times the average length.</summary>
    private static byte[] Content(int seed, int i, bool text)
    {
#pragma warning disable CA5394 // It only has to look different.
        var random = new Random((seed * 100_003) + i);
        var content = new byte[(Average / 2) + (int)((long)Average * (i * 7919 % 1000) / 1000)];
        if (!text) random.NextBytes(content);
        else for (var at = 0; at < content.Length;) at += Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"word{random.Next(5000)} "), 0, Math.Min(5, content.Length - at), content, at);
#pragma warning restore CA5394
        return content;
    }
}
