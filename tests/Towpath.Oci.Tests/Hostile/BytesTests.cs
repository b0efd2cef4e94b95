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
        var message = await RefusedAsync(context => HostileRegistry.ManifestAsync(context, Good.Index, Digest.Of("other").Value), (oci, image) => oci.FindManifestAsync(image, CancellationToken.None));
        Assert.Contains($"should be {Digest.Of("other")}, and its bytes are {Good.Digest}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_bytes_under_a_digest_are_refused_even_when_the_registry_admits_it()
    {
        var rest = $"web@{Digest.Of("wanted")}";
        Assert.Contains("should be", await RefusedAsync(context => HostileRegistry.ManifestAsync(context, Good.Index), (oci, image) => oci.FindManifestAsync(image, CancellationToken.None), rest), StringComparison.Ordinal);
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
        var message = await RefusedAsync(context => HostileRegistry.ManifestAsync(context, text), (oci, image) => oci.FindManifestAsync(image, CancellationToken.None));
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
        }, (oci, image) => oci.FindManifestAsync(image, CancellationToken.None));
        Assert.Contains("larger than allowed", message, StringComparison.Ordinal);
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
