using System.Collections.ObjectModel;
using System.IO.Compression;

namespace Towpath.Core.Sites;

/// <summary>Reads the table of contents of a zip that nobody vouches for, and refuses it where any entry could not become a file of a site.</summary>
public static class ZipEntries
{
    // The shortest table of contents that can hold the allowed number of entries with paths of ordinary length.
    private const int BytesPerEntry = 160;
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;
    private const int SymbolicLink = 0xA000;

    /// <param name="zip">Seekable; stays open.</param>
    /// <param name="limits">How many entries there may be.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">It is no zip, or a damaged one.</exception>
    public static async Task<ZipArchive> OpenAsync(Stream zip, SiteLimits limits, CancellationToken cancellationToken)
    {
        var bounded = new BoundedReads(zip, (long)limits.MaximumEntries * BytesPerEntry);
        var archive = await ZipArchive.CreateAsync(bounded, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        _ = archive.Entries;
        bounded.Lift();
        return archive;
    }

    /// <summary>Null where every entry may be used, else which cannot and why.</summary>
    public static string? Problem(ReadOnlyCollection<ZipArchiveEntry> entries, SiteLimits limits)
    {
        if (entries.Count > limits.MaximumEntries) return $"the zip holds {entries.Count} entries; at most {limits.MaximumEntries} are allowed";
        var names = new EntryNames();
        foreach (var entry in entries)
            if ((Problem(entry) ?? names.Add(entry.FullName, IsFolder(entry))) is { } problem) return Refusal(entry, problem);
        return null;
    }

    public static bool IsFolder(ZipArchiveEntry entry) => entry.FullName.EndsWith('/');

    public static string Refusal(ZipArchiveEntry entry, string problem) =>
        $"the zip's entry '{PlainText.Of(entry.FullName, 200)}' cannot be unpacked: {problem}";

    private static string? Problem(ZipArchiveEntry entry)
    {
        if (entry.IsEncrypted) return "it is encrypted";
        return ((entry.ExternalAttributes >> 16) & FileTypeMask) switch
        {
            0 => null,
            RegularFile => IsFolder(entry) ? "it is marked as a file but named as a folder" : null,
            Folder => IsFolder(entry) ? null : "it is marked as a folder but named as a file",
            SymbolicLink => "it is a symbolic link",
            var type => $"it is neither a file nor a folder (type {type:x})",
        };
    }
}
