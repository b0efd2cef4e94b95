using System.Collections.ObjectModel;
using System.IO.Compression;

namespace Towpath.Local.Unpacking;

/// <summary>
/// Unpacks a zip that nobody vouches for. Only plain files and folders come out, inside the folder, within bounds that are counted
/// while reading, since headers may lie. All names are checked before the first byte is written.
/// </summary>
internal sealed class SafeZip(SiteLimits limits)
{
    // The shortest table of contents that can hold the allowed number of entries with paths of ordinary length.
    private const int BytesPerEntry = 160;
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;
    private const int SymbolicLink = 0xA000;

    /// <param name="zip">Seekable; stays open.</param>
    /// <param name="folder">Does not exist yet. It is removed again where the zip is refused.</param>
    /// <param name="cancellationToken">Stops between two blocks and removes the folder.</param>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public async Task<UnpackResult> UnpackAsync(Stream zip, string folder, CancellationToken cancellationToken)
    {
        var done = false;
        try
        {
            var result = await UnpackCoreAsync(zip, folder, cancellationToken);
            done = result is UnpackResult.Unpacked;
            return result;
        }
        catch (InvalidDataException e)
        {
            return new UnpackResult.Refused($"the zip is damaged: {e.Message}");
        }
        finally
        {
            if (!done && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<UnpackResult> UnpackCoreAsync(Stream zip, string folder, CancellationToken cancellationToken)
    {
        var bounded = new BoundedReads(zip, (long)limits.MaximumEntries * BytesPerEntry);
        await using var archive = await ZipArchive.CreateAsync(bounded, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        var entries = archive.Entries;
        bounded.Lift();
        if (CheckNames(entries) is { } refused) return refused;
        var writer = new EntryWriter(folder, limits, zip.Length);
        foreach (var entry in entries)
            if (await writer.WriteAsync(entry, cancellationToken) is { } problem) return Refuse(entry, problem);
        return new UnpackResult.Unpacked(writer.Files);
    }

    private UnpackResult.Refused? CheckNames(ReadOnlyCollection<ZipArchiveEntry> entries)
    {
        if (entries.Count > limits.MaximumEntries)
            return new UnpackResult.Refused($"the zip holds {entries.Count} entries; at most {limits.MaximumEntries} are allowed");
        var names = new EntryNames();
        foreach (var entry in entries)
            if ((CheckEntry(entry) ?? names.Add(entry.FullName, EntryWriter.IsFolder(entry))) is { } problem) return Refuse(entry, problem);
        return null;
    }

    private static string? CheckEntry(ZipArchiveEntry entry)
    {
        if (entry.IsEncrypted) return "it is encrypted";
        return ((entry.ExternalAttributes >> 16) & FileTypeMask) switch
        {
            0 => null,
            RegularFile => EntryWriter.IsFolder(entry) ? "it is marked as a file but named as a folder" : null,
            Folder => EntryWriter.IsFolder(entry) ? null : "it is marked as a folder but named as a file",
            SymbolicLink => "it is a symbolic link",
            var type => $"it is neither a file nor a folder (type {type:x})",
        };
    }

    private static UnpackResult.Refused Refuse(ZipArchiveEntry entry, string problem) =>
        new($"the zip's entry '{PlainText.Of(entry.FullName, 200)}' cannot be unpacked: {problem}");
}
