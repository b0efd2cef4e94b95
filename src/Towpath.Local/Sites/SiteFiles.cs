using System.Text.Json;
using Towpath.Core.Artifacts;

namespace Towpath.Local.Sites;

/// <summary>The real thing: each change is prepared under a temporary name, made durable, and then renamed.</summary>
public sealed class SiteFiles : ISiteFiles
{
    public async Task<CopyResult> CopyArtifactAsync(Stream source, SiteFolder folder, Digest digest, long maximumBytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Artifacts);
        var destination = folder.Artifact(digest);
        var temporary = Temporary.Beside(destination);
        try
        {
            var copied = await VerifiedCopy.WriteAsync(source, temporary, digest, maximumBytes, cancellationToken);
            if (copied is not CopyResult.Copied) return copied;
            Posix.Rename(temporary, destination);
            Posix.SyncFolder(folder.Artifacts);
            return copied;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Task PublishReleaseAsync(SiteFolder folder, Digest digest, string unpacked, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var release = folder.Release(digest);
        if (File.Exists(ReleaseManifest.PathIn(release)))
        {
            Directory.Delete(unpacked, recursive: true);
            return Task.CompletedTask;
        }

        Posix.SyncTree(unpacked);
        Posix.Rename(unpacked, release);
        Posix.SyncFolder(folder.Releases);
        return Task.CompletedTask;
    }

    public Task SwitchCurrentAsync(SiteFolder folder, Digest digest, string? seen, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var temporary = Temporary.Beside(folder.Current);
        File.CreateSymbolicLink(temporary, SiteFolder.LinkTo(digest));
        try
        {
            // Observed again at the last moment: whoever was overtaken must not undo what its successor did.
            if (folder.ReadLink() is var now && now != seen)
                throw new IOException($"'{folder.Current}' was switched by somebody else meanwhile: it led to '{seen ?? "nothing"}' and leads to '{now ?? "nothing"}' now");
            Posix.Rename(temporary, folder.Current);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
        Posix.SyncFolder(folder.Root);
        return Task.CompletedTask;
    }

    public Task RecordSwitchAsync(SiteFolder folder, SwitchRecord record, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var temporary = Temporary.Beside(folder.Record);
        using (var stream = new FileStream(temporary, FileMode.CreateNew))
        {
            JsonSerializer.Serialize(stream, record, LocalJson.Default.SwitchRecord);
            stream.Flush(flushToDisk: true);
        }
        Posix.Rename(temporary, folder.Record);
        Posix.SyncFolder(folder.Root);
        return Task.CompletedTask;
    }

    public Task TakeDownAsync(SiteFolder folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Directory.Exists(folder.Root)) return Task.CompletedTask;
        // Only ever a link: what people put there instead stays.
        if (folder.ReadLink() is not null) File.Delete(folder.Current);
        File.Delete(folder.Record);
        return Task.CompletedTask;
    }

    public Task RemoveReleaseAsync(SiteFolder folder, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var release = Path.Combine(folder.Releases, name);
        var temporary = Temporary.Beside(release);
        if (IsCurrent(folder, release)) return Task.CompletedTask;
        Posix.Rename(release, temporary);
        if (IsCurrent(folder, release))
        {
            // Switched to in this very moment: give it back.
            Posix.Rename(temporary, release);
            return Task.CompletedTask;
        }

        Directory.Delete(temporary, recursive: true);
        return Task.CompletedTask;
    }

    public Task RemoveArtifactAsync(SiteFolder folder, string fileName, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        File.Delete(Path.Combine(folder.Artifacts, fileName));
        return Task.CompletedTask;
    }

    private static bool IsCurrent(SiteFolder folder, string release) => folder.ReadLink() is { } link && folder.ReleaseOfLink(link) == release;
}
