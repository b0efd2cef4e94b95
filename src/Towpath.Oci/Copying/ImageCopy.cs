using System.Collections.Concurrent;
using Towpath.Core.Artifacts;
using Towpath.Oci.Blobs;
using Towpath.Oci.Calling;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;
using Towpath.Oci.Tags;

namespace Towpath.Oci.Copying;

/// <summary>
/// Carries an image with all of its platforms to another repository: blobs, then manifests by digest, then their index, the tag last. What
/// is there already is not moved, so that a copy that was interrupted goes on where it was when it is repeated.
/// </summary>
internal sealed class ImageCopy(ManifestClient manifests, BlobClient blobs, Tagging tagging, OciOptions options)
{
    private const int Deepest = 4;
    private const int MostManifests = 1000;

    /// <param name="from">With tag or digest.</param>
    /// <param name="to">With the tag that it gets, or none to leave it by digest alone.</param>
    /// <param name="immutable">Whether a tag that means something else already stays as it is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<CopyOutcome> CopyAsync(ImageReference from, ImageReference to, bool immutable, CancellationToken cancellationToken)
    {
        var root = await manifests.FindAsync(from, cancellationToken)
            ?? throw Failed(from, 404, "MANIFEST_UNKNOWN", "it is not in the registry");
        if (to.Digest is { } expected && expected != root.Digest) throw new ArgumentException($"{from} is {root.Digest}, and {to} names another digest", nameof(to));
        if (to.Tag is not null && immutable && await manifests.HeadAsync(to with { Digest = null }, cancellationToken) is { } taken && taken.Digest != root.Digest)
            return new CopyOutcome(root.Digest) { Tag = new TagOutcome.Conflict(taken.Digest) };
        var outcome = await MoveAsync(from, to, root, cancellationToken);
        return to.Tag is null ? outcome : outcome with { Tag = await tagging.TagAsync(to with { Digest = null }, root, immutable, cancellationToken) };
    }

    private async Task<CopyOutcome> MoveAsync(ImageReference from, ImageReference to, Manifest root, CancellationToken cancellationToken)
    {
        var missing = new List<Manifest>();
        await CollectAsync(from, to, root, depth: 0, missing, cancellationToken);
        var outcomes = await MoveBlobsAsync(Shelf.Of(from), Shelf.Of(to), missing, cancellationToken);
        // In the order of the list, children stand before the index that names them.
        foreach (var manifest in missing) await manifests.PutAsync(to.At(manifest.Digest), manifest, cancellationToken);
        return new CopyOutcome(root.Digest)
        {
            Manifests = missing.Count,
            Blobs = outcomes.Count(o => o.Outcome != BlobOutcome.There),
            Mounted = outcomes.Count(o => o.Outcome == BlobOutcome.Mounted),
            Bytes = outcomes.Where(o => o.Outcome == BlobOutcome.Copied).Sum(o => o.Size),
        };
    }

    /// <summary>A manifest that is there has everything that it names: registries see to it when it is written.</summary>
    private async Task CollectAsync(ImageReference from, ImageReference to, Manifest manifest, int depth, List<Manifest> missing, CancellationToken cancellationToken)
    {
        if (missing.Any(m => m.Digest == manifest.Digest) || await manifests.HeadAsync(to.At(manifest.Digest), cancellationToken) is not null) return;
        if (depth == Deepest || missing.Count == MostManifests)
            throw Failed(from, 0, "too_many_manifests", $"an index of more than {Deepest} levels or {MostManifests} manifests");
        foreach (var child in manifest.Manifests)
        {
            var found = await manifests.FindAsync(from.At(child.Digest), cancellationToken)
                ?? throw Failed(from, 404, "MANIFEST_UNKNOWN", $"its index names {child.Digest}, which is not in the registry");
            await CollectAsync(from, to, found, depth + 1, missing, cancellationToken);
        }

        missing.Add(manifest);
    }

    private static RegistryException Failed(ImageReference from, int status, string code, string message) =>
        new(new RegistryFailure(from.Registry, $"copying {from}", status, code, message));

    private async Task<IReadOnlyCollection<(BlobOutcome Outcome, long Size)>> MoveBlobsAsync(Shelf from, Shelf to, List<Manifest> missing, CancellationToken cancellationToken)
    {
        var outcomes = new ConcurrentBag<(BlobOutcome, long)>();
        // The largest first, so that the end does not wait for one that began last.
        var all = missing.SelectMany(m => m.Blobs).Where(b => !b.IsForeign).DistinctBy(b => b.Digest).OrderByDescending(b => b.Size);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.ParallelBlobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(all, parallel, async (blob, token) =>
            outcomes.Add((await blobs.ExistsAsync(to, blob.Digest, token) ? BlobOutcome.There : await blobs.CopyAsync(from, to, blob, token), blob.Size)));
        return outcomes;
    }
}

/// <param name="Digest">What was copied.</param>
public sealed record CopyOutcome(Digest Digest)
{
    /// <summary>How many manifests and indexes were not there before.</summary>
    public int Manifests { get; init; }

    /// <summary>How many blobs were not there before.</summary>
    public int Blobs { get; init; }

    /// <summary>How many of them the registry took over from another of its repositories.</summary>
    public int Mounted { get; init; }

    /// <summary>How many bytes went through this machine.</summary>
    public long Bytes { get; init; }

    /// <summary>What became of the tag; null where none was asked for.</summary>
    public TagOutcome? Tag { get; init; }
}
