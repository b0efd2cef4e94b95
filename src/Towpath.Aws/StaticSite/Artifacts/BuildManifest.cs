using System.Text.Json;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>
/// The paths that a build's own manifest lists: every text in it that is a file of the site. That covers Vite's, Rollup's, webpack's and esbuild's,
/// which differ in everything else.
/// </summary>
internal static class BuildManifest
{
    private const int Longest = 16 << 20;

    public static async Task<IReadOnlySet<string>> ReadAsync(SiteZip zip, string? path, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (path is null) return found;
        if (!zip.Has(path)) throw new SiteRefusedException($"the zip holds no '{path}', which `manifest` names; correct it, or leave it out");
        await using var stream = await zip.OpenAsync(path, cancellationToken);
        using var buffer = new MemoryStream();
        var block = new byte[1 << 16];
        for (int read; (read = await stream.ReadAsync(block, cancellationToken)) > 0;)
        {
            if (buffer.Length + read > Longest) throw new SiteRefusedException($"'{path}' is longer than {Longest} bytes, which no build manifest is");
            buffer.Write(block, 0, read);
        }

        try
        {
            using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
            Collect(document.RootElement, zip, found);
        }
        catch (JsonException e)
        {
            throw new SiteRefusedException($"'{path}', which `manifest` names, is no JSON: {e.Message}");
        }

        return found;
    }

    private static void Collect(JsonElement element, SiteZip zip, HashSet<string> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when element.GetString()?.TrimStart('/') is { Length: > 0 } text && zip.Has(text):
                found.Add(text);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Collect(item, zip, found);
                break;
            case JsonValueKind.Object:
                // Vite names sources here, which are no files of the site, but may be called like one.
                foreach (var property in element.EnumerateObject())
                    if (!property.NameEquals("src")) Collect(property.Value, zip, found);
                break;
        }
    }
}
