using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.StaticSite.Artifacts;

/// <summary>Opens what is to be deployed: the artifact's zip, or, for a rollback whose zip is gone, the packs that earlier deployments left in the bucket.</summary>
internal sealed class SiteSource(SiteArtifacts artifacts, ContentCache contents, S3Client s3)
{
    /// <summary>Brings the zip to this machine.</summary>
    /// <returns>Null when it is here, else why it cannot be used.</returns>
    /// <exception cref="IOException">The source or the disk failed.</exception>
    public Task<string?> FetchAsync(StaticSiteInputs inputs, CancellationToken cancellationToken) => artifacts.FetchAsync(inputs.Reference, inputs.Digest, cancellationToken);

    /// <summary>Nothing more is read of this artifact: its release is there.</summary>
    public void Release(Digest digest, int files)
    {
        contents.Drop(digest);
        LargeSites.TidyUp(files);
    }

    /// <summary>The release of this artifact that the bucket has packs of.</summary>
    public static KeptRelease? Kept(SiteManifest manifest, Digest digest) => manifest.Releases.LastOrDefault(r => r.Digest == digest);

    /// <param name="inputs">Which artifact.</param>
    /// <param name="place">Where the packs are.</param>
    /// <param name="manifest">Which packs there are.</param>
    /// <param name="withMd5">Whether MD5 is wanted too, to compare with what lies there.</param>
    /// <param name="isRollback">Whether packs may stand in for the zip.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="SiteRefusedException">It cannot become a site.</exception>
    public async Task<OpenSite> OpenAsync(StaticSiteInputs inputs, SitePlace place, SiteManifest manifest, bool withMd5, bool isRollback, CancellationToken cancellationToken)
    {
        LargeSites.TidyUp(manifest.Files.Count + (manifest.Changing?.Files.Count ?? 0));
        if (contents.Find(inputs.Digest, inputs.Site, withMd5) is { } known) return Held(known);
        await using var zip = await artifacts.OpenAsync(inputs.Digest, cancellationToken) ?? await AgainAsync(inputs, isRollback && Kept(manifest, inputs.Digest) is not null, cancellationToken);
        if (zip is null) return await FromPacksAsync(place, Kept(manifest, inputs.Digest)!, cancellationToken);
        var content = await zip.IndexAsync(inputs.Site.BuildManifest, withMd5, artifacts.Unpack, cancellationToken);
        content.Unpacked?.TryUse();
        contents.Keep(inputs.Digest, inputs.Site, withMd5, content);
        return Held(content);
    }

    private static OpenSite Held(SiteContent content) => new(new HeldBytes(content), content);

    private async Task<SiteZip?> AgainAsync(StaticSiteInputs inputs, bool hasPacks, CancellationToken cancellationToken)
    {
        try
        {
            if (await FetchAsync(inputs, cancellationToken) is not { } problem) return await artifacts.OpenAsync(inputs.Digest, cancellationToken);
            return hasPacks ? null : throw new SiteRefusedException(problem);
        }
        catch (IOException) when (hasPacks)
        {
            return null;
        }
    }

    private async Task<OpenSite> FromPacksAsync(SitePlace place, KeptRelease kept, CancellationToken cancellationToken)
    {
        var bytes = new PackedBytes(s3, place, kept);
        if (await bytes.ReadAsync(cancellationToken) is { } content) return new OpenSite(bytes, content);
        await bytes.DisposeAsync();
        throw new SiteRefusedException($"the artifact {kept.Reference} is gone, and so is what was kept of it in the bucket; build that version again, and deploy it");
    }
}

/// <summary>Gives bytes from memory, or from what the zip was unpacked in.</summary>
internal sealed class HeldBytes(SiteContent content) : ISiteBytes
{
    public Task<Stream> OpenAsync(string path, SiteFile? file, CancellationToken cancellationToken)
    {
        if (!content.Files.TryGetValue(path, out var held)) throw new SiteRefusedException($"the zip holds no '{path}'");
        return Task.FromResult(held.Bytes is { } bytes ? new MemoryStream(bytes, writable: false) : content.Unpacked!.Open(held.Offset, held.Size));
    }

    public ValueTask DisposeAsync()
    {
        content.Unpacked?.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A release's files and their bytes.</summary>
internal sealed record OpenSite(ISiteBytes Bytes, SiteContent Content) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Bytes.DisposeAsync();
}
