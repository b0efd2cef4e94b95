using System.Net.Http.Headers;
using System.Text;
using Towpath.Core.Artifacts;
using Towpath.Oci.Manifests;

namespace Towpath.Oci.Tests.Scene;

/// <summary>An image of two platforms made of tiny blobs by hand, and put into a registry without the code under test.</summary>
public sealed class TestImage
{
    private readonly List<byte[]> _blobs = [];
    private readonly List<(Digest Digest, byte[] Bytes)> _manifests = [];

    /// <param name="seed">Images of different seeds share no bytes.</param>
    public TestImage(string seed)
    {
        Seed = seed;
        var children = string.Join(',', Platforms.Select(Platform));
        Index = Encoding.UTF8.GetBytes(
            $$"""{ "schemaVersion": 2, "mediaType": "{{MediaTypes.OciIndex}}", "manifests": [{{children}}], "annotations": { "org.example.seed": "{{seed}}" } }""");
        Digest = Digest.Of(Index);
    }

    public static IReadOnlyList<string> Platforms { get; } = ["amd64", "arm64"];

    public string Seed { get; }

    public byte[] Index { get; }

    public Digest Digest { get; }

    public IReadOnlyList<Digest> Children => [.. _manifests.Select(m => m.Digest)];

    /// <summary>Pushes everything and gives the index a tag.</summary>
    public async Task PushAsync(string host, string repository, string tag, string? login = null)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{host}/v2/{repository}/") };
        if (login is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
        foreach (var blob in _blobs)
        {
            using var begun = (await http.PostAsync("blobs/uploads/", null)).EnsureSuccessStatusCode();
            using var put = await http.PutAsync($"{begun.Headers.Location}&digest={Digest.Of(blob)}", new ByteArrayContent(blob));
            put.EnsureSuccessStatusCode();
        }

        foreach (var (digest, bytes) in _manifests) await PutAsync(http, digest.Value, bytes, MediaTypes.OciManifest);
        await PutAsync(http, tag, Index, MediaTypes.OciIndex);
    }

    public static async Task PutAsync(HttpClient http, string reference, byte[] bytes, string mediaType)
    {
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        using var put = await http.PutAsync($"manifests/{reference}", content);
        put.EnsureSuccessStatusCode();
    }

    private string Platform(string architecture)
    {
        var config = Blob(Encoding.UTF8.GetBytes(
            $$$"""{ "os": "linux", "architecture": "{{{architecture}}}", "config": { "Labels": { "seed": "{{{Seed}}}" } }, "rootfs": { "type": "layers", "diff_ids": [] } }"""));
        var layers = string.Join(',', Enumerable.Range(0, 2).Select(i => $$"""{ "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", {{Blob(Layer(architecture, i))}} }"""));
        var bytes = Encoding.UTF8.GetBytes(
            $$"""{ "schemaVersion": 2, "mediaType": "{{MediaTypes.OciManifest}}", "config": { "mediaType": "application/vnd.oci.image.config.v1+json", {{config}} }, "layers": [{{layers}}] }""");
        _manifests.Add((Digest.Of(bytes), bytes));
        return $$"""{ "mediaType": "{{MediaTypes.OciManifest}}", "digest": "{{Digest.Of(bytes)}}", "size": {{bytes.Length}}, "platform": { "os": "linux", "architecture": "{{architecture}}" } }""";
    }

    private string Blob(byte[] bytes)
    {
        _blobs.Add(bytes);
        return $"\"digest\": \"{Digest.Of(bytes)}\", \"size\": {bytes.Length}";
    }

    private byte[] Layer(string architecture, int number)
    {
        var bytes = new byte[100];
        new Random(string.GetHashCode($"{Seed} {architecture} {number}", StringComparison.Ordinal)).NextBytes(bytes);
        Encoding.UTF8.GetBytes($"{Seed} {architecture} {number} ").CopyTo(bytes, 0);
        return bytes;
    }
}
