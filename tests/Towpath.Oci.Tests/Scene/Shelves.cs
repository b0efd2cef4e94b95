using System.Collections.Concurrent;
using Towpath.Core.Artifacts;
using Towpath.Oci.Manifests;

namespace Towpath.Oci.Tests.Scene;

/// <summary>A registry in memory: <c>from</c> has an image's first platform, <c>to</c> takes it.</summary>
internal sealed class Shelves(TestImage image)
{
    private int _broken;

    /// <summary>What a request to mount is answered with.</summary>
    public int MountStatus { get; init; }

    /// <summary>How many downloads of blobs break off in the middle.</summary>
    public int BreakFirst { get; init; }

    public ConcurrentBag<string> Stored { get; } = [];

    public async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var name = path.Split('/')[^1];
        switch (context.Request.Method)
        {
            case "POST":
                context.Response.StatusCode = context.Request.Query.ContainsKey("mount") ? MountStatus : 202;
                if (context.Response.StatusCode == 202) context.Response.Headers.Location = "/v2/to/blobs/uploads/1";
                break;
            case "PUT":
                await TakeAsync(context, path);
                break;
            default:
                await GiveAsync(context, path, path.StartsWith("/v2/from/", StringComparison.Ordinal) ? image.Content(name) : null);
                break;
        }
    }

    private async Task TakeAsync(HttpContext context, string path)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.StatusCode = 201;
        if (!path.Contains("/uploads/", StringComparison.Ordinal)) return;
        Assert.Equal(context.Request.Query["digest"], Digest.Of(body.ToArray()).Value);
        Stored.Add(context.Request.Query["digest"]!);
    }

    private async Task GiveAsync(HttpContext context, string path, byte[]? bytes)
    {
        if (bytes is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        if (path.Contains("/manifests/", StringComparison.Ordinal))
        {
            await HostileRegistry.ManifestAsync(context, bytes, mediaType: MediaTypes.OciManifest);
            return;
        }

        context.Response.ContentLength = bytes.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        if (bytes.Length > 100_000 && Interlocked.Increment(ref _broken) <= BreakFirst)
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(bytes);
    }
}
