using System.Buffers;
using System.Security.Cryptography;
using Towpath.Core.Artifacts;
using Towpath.Core.Sites;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>Zips of sites on this machine, each under its digest, where nobody else writes. They are a cache: any of them may go at any time.</summary>
internal sealed class SiteArtifacts(AwsOptions options, IEnumerable<IArtifactSource> sources, SiteLimits limits)
{
    private const int Kept = 8;
    private const int BlockSize = 1 << 17;

    private readonly string _folder = Path.Combine(options.DataFolder, "aws", "sites");

    public bool Has(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>Brings a zip here and verifies its digest on the way.</summary>
    /// <returns>Null when it is here, else why it cannot be used.</returns>
    /// <exception cref="IOException">The source or the disk failed.</exception>
    public async Task<string?> FetchAsync(string reference, Digest digest, CancellationToken cancellationToken)
    {
        if (Has(digest)) return null;
        var scheme = ArtifactScheme.Of(ArtifactKind.StaticSite, reference);
        if (sources.FirstOrDefault(s => s.Scheme == scheme) is not { } source) return $"nothing here can read artifacts of the scheme '{scheme}'; report the build with another reference";
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Forget();
        var temporary = Path.Combine(_folder, $".{Guid.CreateVersion7():N}");
        try
        {
            await using (var stream = await source.OpenAsync(reference, cancellationToken))
                if (await CopyAsync(stream, temporary, reference, digest, cancellationToken) is { } problem) return problem;
            File.Move(temporary, PathOf(digest), overwrite: true);
            return null;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Somewhere to unpack a large site.</summary>
    public UnpackedFiles Unpack() => new(_folder);

    /// <param name="digest">Which.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Null where it is not here, or is not what it was.</returns>
    public async Task<SiteZip?> OpenAsync(Digest digest, CancellationToken cancellationToken)
    {
        FileStream file;
        try
        {
            file = new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BlockSize);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // Verified and read through one handle, so that what is checked is what is deployed.
        var opened = await Digest.OfAsync(file, cancellationToken) == digest ? await SiteZip.OpenAsync(file, limits, cancellationToken) : null;
        if (opened is not null) return opened;
        await file.DisposeAsync();
        File.Delete(PathOf(digest));
        return null;
    }

    private string PathOf(Digest digest) => Path.Combine(_folder, $"{digest.Hex}.zip");

    private async Task<string?> CopyAsync(Stream source, string path, string reference, Digest expected, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var total = 0L;
            for (int read; (read = await source.ReadAsync(buffer.AsMemory(0, BlockSize), cancellationToken)) > 0;)
            {
                total += read;
                if (total > limits.MaximumArtifactBytes) return $"'{reference}' is larger than {limits.MaximumArtifactBytes} bytes, the most that a site's zip may have";
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var found = Digest.FromHash(hash.GetHashAndReset());
        return found == expected
            ? null
            : $"'{reference}' holds other bytes than those that were reported: expected {expected}, found {found}; report the new bytes as another build, or put the reported ones back";
    }

    private void Forget()
    {
        foreach (var old in new DirectoryInfo(_folder).EnumerateFiles("*.zip").OrderByDescending(f => f.LastWriteTimeUtc).Skip(Kept - 1)) old.Delete();
    }
}
