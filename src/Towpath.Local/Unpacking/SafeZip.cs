using Towpath.Core.Sites;

namespace Towpath.Local.Unpacking;

/// <summary>
/// Unpacks a zip that nobody vouches for. Only plain files and folders come out, inside the folder, within bounds that are counted
/// while reading, since headers may lie. All names are checked before the first byte is written.
/// </summary>
internal sealed class SafeZip(SiteLimits limits)
{
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
        await using var archive = await ZipEntries.OpenAsync(zip, limits, cancellationToken);
        if (ZipEntries.Problem(archive.Entries, limits) is { } refused) return new UnpackResult.Refused(refused);
        var writer = new EntryWriter(folder, limits, zip.Length);
        foreach (var entry in archive.Entries)
            if (await writer.WriteAsync(entry, cancellationToken) is { } problem) return new UnpackResult.Refused(ZipEntries.Refusal(entry, problem));
        return new UnpackResult.Unpacked(writer.Files);
    }
}
