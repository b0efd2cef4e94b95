using System.Collections.Concurrent;
using System.Text.Json;
using Towpath.Aws.Calling;
using Towpath.Aws.S3;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>
/// Reads and writes the manifests of sites. What was read or written here a moment ago is not asked for again: a write depends on nobody having
/// written since, so that old knowledge costs a refusal and no damage.
/// </summary>
internal sealed class ManifestStore(S3Client s3, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(string? Role, string Region, string Bucket, string Folder), SeenManifest> _seen = new();

    /// <returns>The manifest, empty where the bucket has none.</returns>
    /// <exception cref="AwsException">The bucket is not there, or may not be read.</exception>
    public async Task<SeenManifest> ReadAsync(SitePlace place, CancellationToken cancellationToken) =>
        _seen.TryGetValue(KeyOf(place), out var seen) && time.GetUtcNow() - seen.At < Fresh ? seen : await ReadAnewAsync(place, cancellationToken);

    /// <inheritdoc cref="ReadAsync"/>
    public async Task<SeenManifest> ReadAnewAsync(SitePlace place, CancellationToken cancellationToken)
    {
        await using var download = await s3.GetAsync(place.Bucket, place.Manifest, cancellationToken);
        var seen = download is null
            ? new SeenManifest(SiteManifest.Empty, null, time.GetUtcNow())
            : new SeenManifest(await ParseAsync(place, download, cancellationToken), download.About.ETag, time.GetUtcNow());
        return Keep(place, seen);
    }

    /// <summary>Writes a manifest over the one that was seen.</summary>
    /// <exception cref="ManifestChangedException">Somebody else wrote one meanwhile.</exception>
    public async Task<SeenManifest> WriteAsync(SitePlace place, SeenManifest seen, SiteManifest manifest, CancellationToken cancellationToken)
    {
        using var spool = await JsonSpool.WriteAsync(manifest, SiteJson.Default.SiteManifest, cancellationToken);
        S3Condition condition = seen.ETag is null ? new S3Condition.Absent() : new S3Condition.Unchanged(seen.ETag);
        try
        {
            var etag = await s3.PutAsync(place.Bucket, place.Manifest, spool.Body, Headers(manifest), condition, cancellationToken);
            return Keep(place, new SeenManifest(manifest, etag, time.GetUtcNow()));
        }
        catch (AwsException e) when (e.Code is "PreconditionFailed" or "ConditionalRequestConflict" || e.Failure.Status == 412 || (e.Code == "NoSuchKey" && seen.ETag is not null))
        {
            _seen.TryRemove(KeyOf(place), out _);
            var found = await ReadAnewAsync(place, cancellationToken);
            // The answer to our own write was lost: then it stands there.
            return IsSame(found.Manifest, manifest) ? found : throw new ManifestChangedException(place, found.Manifest);
        }
    }

    /// <summary>Looks whether what was seen still stands there, without reading it.</summary>
    /// <exception cref="ManifestChangedException">Somebody else wrote one meanwhile.</exception>
    public async Task EnsureUnchangedAsync(SitePlace place, SeenManifest seen, CancellationToken cancellationToken)
    {
        if ((await s3.HeadAsync(place.Bucket, place.Manifest, cancellationToken))?.ETag != seen.ETag)
            throw new ManifestChangedException(place, (await ReadAnewAsync(place, cancellationToken)).Manifest);
    }

    private SeenManifest Keep(SitePlace place, SeenManifest seen)
    {
        // Manifests may be large, and few are needed twice.
        foreach (var (key, old) in _seen)
            if (seen.At - old.At >= Fresh) _seen.TryRemove(new(key, old));
        return _seen[KeyOf(place)] = seen;
    }

    private static async Task<SiteManifest> ParseAsync(SitePlace place, S3Download download, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await JsonSerializer.DeserializeAsync(download.Content, SiteJson.Default.SiteManifest, cancellationToken);
            if (manifest?.Format == SiteManifest.CurrentFormat) return manifest;
            throw new UnreadableManifestException($"{place}{SitePlace.OwnFolder}manifest.json has format {manifest?.Format}, which this version of Towpath does not know; use the version that wrote it, or a newer one");
        }
        catch (JsonException e)
        {
            throw new UnreadableManifestException($"{place}{SitePlace.OwnFolder}manifest.json is not what Towpath wrote; remove it, and the next deployment compares every file anew", e);
        }
    }

    private static bool IsSame(SiteManifest a, SiteManifest b) =>
        a.Number == b.Number && a.Deployment == b.Deployment && a.At == b.At && a.Digest == b.Digest
        && a.Changing?.Deployment == b.Changing?.Deployment && a.Changing?.Number == b.Changing?.Number && a.Changing?.Since == b.Changing?.Since && a.Doomed.Count == b.Doomed.Count && a.DoomedPacks.Count == b.DoomedPacks.Count;

    private static S3Headers Headers(SiteManifest manifest) => new("application/json; charset=utf-8")
    {
        CacheControl = "no-store",
        Metadata = manifest.Digest is { } digest ? [new("towpath-digest", digest.Value)] : [],
    };

    private static (string?, string, string, string) KeyOf(SitePlace place) => (place.Bucket.Scope.Role, place.Bucket.Scope.Region, place.Bucket.Name, place.Folder);
}

/// <param name="Manifest">What stood there.</param>
/// <param name="ETag">Null where nothing did.</param>
/// <param name="At">When.</param>
internal sealed record SeenManifest(SiteManifest Manifest, string? ETag, DateTimeOffset At);

/// <summary>The manifest cannot be used as it is.</summary>
internal sealed class UnreadableManifestException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Somebody else changed the site meanwhile.</summary>
internal sealed class ManifestChangedException(SitePlace place, SiteManifest found)
    : Exception($"{place} was changed meanwhile by {Who(found)}; see that only one of you deploys there, then deploy again")
{
    private static string Who(SiteManifest found) =>
        (found.Changing?.Deployment ?? found.Deployment) is { } deployment ? $"deployment {deployment}" : "somebody who removed Towpath's manifest";
}
