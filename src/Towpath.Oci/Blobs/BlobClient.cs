using System.Net;
using Towpath.Core.Artifacts;
using Towpath.Oci.Calling;
using Towpath.Oci.Manifests;

namespace Towpath.Oci.Blobs;

/// <summary>Reads and writes blobs (OCI distribution specification, "Pulling blobs", "Pushing blobs", "Mounting a blob from another repository").</summary>
internal sealed class BlobClient(RegistryCaller caller, RegistryRetry retry)
{
    public Task<bool> ExistsAsync(Shelf shelf, Digest digest, CancellationToken cancellationToken)
    {
        var request = RegistryRequest.Read(HttpMethod.Head, shelf.Registry, shelf.Repository, $"blobs/{digest}", $"looking for the blob {digest} in {shelf}") with
        {
            Answers = [404],
        };
        return caller.CallAsync(request, (response, _) => Task.FromResult(response.IsSuccessStatusCode), cancellationToken);
    }

    /// <summary>A blob that has no business being large, such as an image's configuration.</summary>
    public Task<byte[]> ReadSmallAsync(Shelf shelf, Descriptor blob, CancellationToken cancellationToken)
    {
        var request = Reading(shelf, blob);
        if (blob.Size > ManifestClient.MaximumBytes) throw RegistryCaller.Nonsense(request, $"the blob is said to have {blob.Size} bytes");
        return caller.CallAsync(request, async (response, deadline) =>
        {
            using var bytes = new MemoryStream();
            await CopyAsync(request, response, blob, bytes, deadline);
            return bytes.ToArray();
        }, cancellationToken);
    }

    /// <summary>Mounts the blob from another repository of the same registry where that works, else carries its bytes over.</summary>
    public Task<BlobOutcome> CopyAsync(Shelf from, Shelf to, Descriptor blob, CancellationToken cancellationToken) => retry.RunAsync(async token =>
    {
        if (await BeginAsync(from, to, blob, token) is not { } upload) return BlobOutcome.Mounted;
        await UploadAsync(to, blob, upload, (target, deadline) => StreamAsync(from, blob, target, deadline), token);
        return BlobOutcome.Copied;
    }, cancellationToken);

    /// <summary>Where the upload goes; null where the blob was mounted.</summary>
    private async Task<string?> BeginAsync(Shelf from, Shelf to, Descriptor blob, CancellationToken cancellationToken)
    {
        if (from.Registry != to.Registry) return await BeginAsync(to, blob, "", [], cancellationToken);
        try
        {
            var query = $"?mount={Uri.EscapeDataString(blob.Digest.Value)}&from={Uri.EscapeDataString(from.Repository)}";
            return await BeginAsync(to, blob, query, [RegistryRequest.Pull(from.Repository)], cancellationToken);
        }
        catch (RegistryException exception) when (exception.IsDenied || exception.IsMissing)
        {
            // Some registries mount only for those who may do more than read there.
            return await BeginAsync(to, blob, "", [], cancellationToken);
        }
    }

    private Task<string?> BeginAsync(Shelf to, Descriptor blob, string query, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(
            HttpMethod.Post, to.Registry, $"v2/{to.Repository}/blobs/uploads/{query}", [RegistryRequest.Push(to.Repository), .. scopes],
            $"beginning to write the blob {blob.Digest} to {to}");
        return caller.CallOnceAsync(request, (response, _) => Task.FromResult(
            response.StatusCode == HttpStatusCode.Created && query.Length > 0 ? null
            : response.Headers.Location is { } location ? new Uri(response.RequestMessage!.RequestUri!, location).AbsoluteUri
            : throw RegistryCaller.Nonsense(request, "the registry does not say where the upload goes")), cancellationToken);
    }

    private Task<bool> UploadAsync(Shelf to, Descriptor blob, string upload, Func<Stream, Deadline, Task> write, CancellationToken cancellationToken)
    {
        var address = $"{upload}{(upload.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={Uri.EscapeDataString(blob.Digest.Value)}";
        var request = new RegistryRequest(HttpMethod.Put, to.Registry, address, [RegistryRequest.Push(to.Repository)], $"writing the blob {blob.Digest} to {to}")
        {
            IsTransfer = true,
            Content = deadline => new BlobContent(blob.Size, target => write(target, deadline)),
        };
        return caller.CallOnceAsync(request, (_, _) => Task.FromResult(true), cancellationToken);
    }

    /// <summary>Reads a blob into what is being sent; while it moves, the sender's time does not run out either.</summary>
    private Task<bool> StreamAsync(Shelf from, Descriptor blob, Stream target, Deadline sender)
    {
        var request = Reading(from, blob) with { IsTransfer = true };
        return caller.CallOnceAsync(request, async (response, deadline) =>
        {
            await CopyAsync(request, response, blob, target, deadline, sender);
            return true;
        }, sender.Token);
    }

    private static RegistryRequest Reading(Shelf shelf, Descriptor blob) =>
        RegistryRequest.Read(HttpMethod.Get, shelf.Registry, shelf.Repository, $"blobs/{blob.Digest}", $"reading the blob {blob.Digest} of {shelf}");

    private static async Task CopyAsync(RegistryRequest request, HttpResponseMessage response, Descriptor blob, Stream target, params Deadline[] deadlines)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(deadlines[0].Token);
            await VerifiedTransfer.CopyAsync(stream, target, blob, () => Array.ForEach(deadlines, deadline => deadline.Renew()), deadlines[0].Token);
        }
        catch (WrongBytesException exception)
        {
            throw RegistryCaller.Nonsense(request, exception.Message, exception);
        }
    }
}

/// <summary>A repository in a registry.</summary>
internal sealed record Shelf(string Registry, string Repository)
{
    public static Shelf Of(References.ImageReference image) => new(image.Registry, image.Repository);

    public override string ToString() => $"{Registry}/{Repository}";
}

public enum BlobOutcome
{
    /// <summary>It was there already.</summary>
    There,

    /// <summary>The registry took it over from another of its repositories.</summary>
    Mounted,

    /// <summary>Its bytes were carried over.</summary>
    Copied,
}

/// <summary>A body that is read elsewhere while it is sent.</summary>
internal sealed class BlobContent : HttpContent
{
    private readonly long _size;
    private readonly Func<Stream, Task> _write;

    public BlobContent(long size, Func<Stream, Task> write)
    {
        (_size, _write) = (size, write);
        Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = _size;
        return true;
    }
}
