using Towpath.Core.Artifacts;
using Towpath.Oci.Calling;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Oci.Tests.Hostile;

/// <summary>Registries that lie about bytes, or answer what makes no sense.</summary>
public sealed class BytesTests
{
    private static readonly TestImage Good = new("good");

    [Fact]
    public async Task Tag_whose_digest_is_told_wrongly_is_refused_when_its_bytes_are_read()
    {
        var message = await RefusedAsync(context => HostileRegistry.ManifestAsync(context, Good.Index, Digest.Of("other").Value), (oci, image) => oci.DescribeAsync(image, CancellationToken.None));
        Assert.Contains($"should be {Digest.Of("other")}, and its bytes are {Good.Digest}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_bytes_under_a_digest_are_refused_even_when_the_registry_admits_it()
    {
        var rest = $"web@{Digest.Of("wanted")}";
        Assert.Contains("should be", await RefusedAsync(context => HostileRegistry.ManifestAsync(context, Good.Index), (oci, image) => oci.DescribeAsync(image, CancellationToken.None), rest), StringComparison.Ordinal);
        Assert.Contains("was asked for", await RefusedAsync(context => HostileRegistry.ManifestAsync(context, Good.Index), (oci, image) => oci.ResolveAsync(image, CancellationToken.None), rest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Digest_is_computed_where_the_registry_tells_none()
    {
        await using var registry = await HostileRegistry.StartAsync(context => HostileRegistry.ManifestAsync(context, Good.Index, digest: ""));
        await using var client = new Client();
        Assert.Equal(new ManifestHead(Good.Digest, MediaTypes.OciIndex, Good.Index.Length), await client.Oci.ResolveAsync(registry.Image(), CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("{\"manifests\":[null]}")]
    [InlineData("{\"manifests\":[{}]}")]
    [InlineData("{\"manifests\":[{\"mediaType\":\"x\",\"digest\":\"sha256:12\",\"size\":1}]}")]
    [InlineData("{\"manifests\":[{\"mediaType\":\"x\",\"digest\":\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"size\":-1}]}")]
    [InlineData("{\"manifests\":[{\"mediaType\":\"x\",\"digest\":\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"size\":9223372036854775807}]}")]
    [InlineData("{\"manifests\":[],\"layers\":[]}")]
    [InlineData("{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"manifests\":[]}")]
    public async Task What_is_no_manifest_is_told_so(string text)
    {
        var message = await RefusedAsync(context => HostileRegistry.ManifestAsync(context, text), (oci, image) => oci.DescribeAsync(image, CancellationToken.None));
        Assert.Contains("bad_answer: the answer is", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Manifest_of_more_than_four_mebibytes_is_not_read(bool isAnnounced)
    {
        var message = await RefusedAsync(async context =>
        {
            context.Response.ContentType = MediaTypes.OciIndex;
            if (isAnnounced) context.Response.ContentLength = 1L << 40;
            var chunk = new byte[1 << 16];
            try
            {
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // The client has hung up, which is the point.
            }
        }, (oci, image) => oci.DescribeAsync(image, CancellationToken.None));
        Assert.Contains("larger than allowed", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_with_other_bytes_never_arrives_whole()
    {
        var stored = new List<int>();
        var image = new TestImage("lies", layerSize: 300_000);
        await using var target = await HostileRegistry.StartAsync(context => TakeAsync(context, stored));
        var requests = 0;
        await using var source = await HostileRegistry.StartAsync(async context =>
        {
            Interlocked.Increment(ref requests);
            if (context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal))
                await HostileRegistry.ManifestAsync(context, OneLayer(image), mediaType: MediaTypes.OciManifest);
            else await context.Response.Body.WriteAsync(new byte[300_000]);
        });
        await using var client = new Client();

        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.CopyAsync(source.Image(), target.Image(), immutable: true, CancellationToken.None));

        Assert.Contains("and its bytes are", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(300_000, stored);
        // Lies are no reason to ask again.
        Assert.Equal(2, requests);
    }

    private static byte[] OneLayer(TestImage image) => System.Text.Encoding.UTF8.GetBytes(
        $$"""{ "schemaVersion": 2, "mediaType": "{{MediaTypes.OciManifest}}", "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "{{image.Blobs[1]}}", "size": 300000 }] }""");

    /// <summary>Has nothing and takes everything.</summary>
    private static async Task TakeAsync(HttpContext context, List<int> stored)
    {
        switch (context.Request.Method)
        {
            case "POST":
                context.Response.StatusCode = 202;
                context.Response.Headers.Location = "/v2/web/blobs/uploads/1?state=x";
                break;
            case "PUT":
                var size = 0;
                try
                {
                    var buffer = new byte[1 << 16];
                    while (await context.Request.Body.ReadAsync(buffer) is > 0 and var read) size += read;
                }
                catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException)
                {
                    // The sender broke off, which is the point.
                }

                lock (stored) stored.Add(size);
                context.Response.StatusCode = 201;
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    private static async Task<string> RefusedAsync<T>(Func<HttpContext, Task> answer, Func<IOciClient, ImageReference, Task<T>> ask, string rest = "web:v1")
    {
        await using var registry = await HostileRegistry.StartAsync(answer);
        await using var client = new Client();
        var refused = await Assert.ThrowsAsync<RegistryException>(() => ask(client.Oci, registry.Image(rest)));
        Assert.False(refused.Failure.IsTransient);
        return refused.Message;
    }
}
