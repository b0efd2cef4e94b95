using System.IO.Compression;
using System.Text;

namespace Towpath.Local.Tests;

/// <summary>Makes zips, good ones and hostile ones.</summary>
internal static class Zips
{
    public static byte[] Of(params IReadOnlyList<(string Name, string Text)> entries) =>
        Build(archive =>
        {
            foreach (var (name, text) in entries) Add(archive, name, text);
        });

    public static byte[] Build(Action<ZipArchive> fill)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true)) fill(archive);
        return stream.ToArray();
    }

    public static void Add(ZipArchive archive, string name, string text, int unixMode = 0)
    {
        var entry = archive.CreateEntry(name);
        entry.ExternalAttributes = unixMode << 16;
        if (name.EndsWith('/')) return;
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    public static void AddZeros(ZipArchive archive, string name, long count)
    {
        using var stream = archive.CreateEntry(name, CompressionLevel.SmallestSize).Open();
        var block = new byte[1 << 16];
        for (var left = count; left > 0; left -= block.Length) stream.Write(block, 0, (int)Math.Min(left, block.Length));
    }

    /// <summary>Sets the bit that says that an entry is encrypted, in the table of contents and before the entry.</summary>
    public static byte[] Encrypted(byte[] zip)
    {
        for (var i = 0; i + 4 < zip.Length; i++)
        {
            if (zip.AsSpan(i, 4).SequenceEqual("PK\u0001\u0002"u8)) zip[i + 8] |= 1;
            if (zip.AsSpan(i, 4).SequenceEqual("PK\u0003\u0004"u8)) zip[i + 6] |= 1;
        }
        return zip;
    }
}
