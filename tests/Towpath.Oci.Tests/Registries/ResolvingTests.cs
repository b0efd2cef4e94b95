using Towpath.Core.Artifacts;
using Towpath.Oci.Artifacts;
using Towpath.Oci.Authentication;
using Towpath.Oci.Calling;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Oci.Tests.Registries;

public sealed class ResolvingTests(Scene.Registries registries) : IClassFixture<Scene.Registries>
{
    private string Host => registries.Open.Host;

    [Fact]
    public async Task Index_is_resolved_and_read_with_its_platforms()
    {
        await using var client = new Client();
        var image = new TestImage("described");
        await image.PushAsync(Host, "described", "v1");
        var tagged = ImageReference.Parse($"{Host}/described:v1");

        Assert.Equal(new ManifestHead(image.Digest, MediaTypes.OciIndex, image.Index.Length), await client.Oci.ResolveAsync(tagged, CancellationToken.None));
        var found = (await client.Oci.FindManifestAsync(tagged, CancellationToken.None))!;
        Assert.Equal((image.Digest, MediaTypes.OciIndex), (found.Digest, found.MediaType));
        Assert.Equal(["linux/amd64", "linux/arm64"], found.Manifests.Select(m => m.Platform?.ToString()));
    }

    [Fact]
    public async Task What_skopeo_copied_is_resolved_to_the_same_digest()
    {
        await using var client = new Client();
        var image = new TestImage("witness");
        await image.PushAsync(Host, "witness", "v1");
        await Skopeo.CopyAsync($"{Host}/witness:v1", $"{Host}/witnessed:v2");
        Assert.Equal(image.Digest, (await client.Oci.ResolveAsync(ImageReference.Parse($"{Host}/witnessed:v2"), CancellationToken.None))!.Digest);
    }

    [Fact]
    public async Task Nothing_under_a_tag_digest_or_repository_is_no_error()
    {
        await using var client = new Client();
        await new TestImage("there").PushAsync(Host, "there", "v1");
        foreach (var text in (string[])[$"{Host}/there:v2", $"{Host}/no-such:v1", $"{Host}/there@{Digest.Of("no")}"])
        {
            Assert.Null(await client.Oci.ResolveAsync(ImageReference.Parse(text), CancellationToken.None));
            Assert.Null(await client.Oci.FindManifestAsync(ImageReference.Parse(text), CancellationToken.None));
        }
    }

    [Fact]
    public async Task Password_is_asked_for_and_given()
    {
        var host = registries.Closed.Host;
        await using var client = new Client(logins: new Logins((host, new RegistryLogin(Registry.User, Registry.Password))));
        var image = new TestImage("closed");
        await image.PushAsync(host, "closed", "v1", $"{Registry.User}:{Registry.Password}");

        Assert.Equal(image.Digest, (await client.Oci.ResolveAsync(ImageReference.Parse($"{host}/closed:v1"), CancellationToken.None))!.Digest);
        await client.Tags.TagAsync($"{host}/closed", image.Digest, "v2", CancellationToken.None);
        Assert.Equal(image.Index, await Skopeo.RawAsync($"{host}/closed:v2", $"{Registry.User}:{Registry.Password}"));
    }

    [Fact]
    public async Task Login_that_is_not_accepted_any_longer_gives_way_to_one_of_another_source()
    {
        var host = registries.Closed.Host;
        var image = new TestImage("stale");
        await image.PushAsync(host, "stale", "v1", $"{Registry.User}:{Registry.Password}");
        await using var client = new Client(logins: [new Logins((host, new RegistryLogin("kim", "old"))), new Logins((host, new RegistryLogin(Registry.User, Registry.Password)))]);
        for (var i = 0; i < 2; i++)
            Assert.Equal(image.Digest, (await client.Oci.ResolveAsync(ImageReference.Parse($"{host}/stale:v1"), CancellationToken.None))!.Digest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong-canary-password")]
    public async Task Wrong_or_missing_password_is_told_without_showing_it(string? password)
    {
        var host = registries.Closed.Host;
        await using var client = new Client(logins: password is null ? new Logins() : new Logins((host, new RegistryLogin(Registry.User, password))));
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.ResolveAsync(ImageReference.Parse($"{host}/closed:v1"), CancellationToken.None));
        Assert.True(refused.IsDenied);
        Assert.Contains($"skopeo login {host}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Artifact_source_names_images_by_digest()
    {
        await using var client = new Client();
        var (image, other) = (new TestImage("source"), new TestImage("source-other"));
        await image.PushAsync(Host, "source", "v1");
        await other.PushAsync(Host, "source", "v2");
        var source = new OciArtifactSource(client.Oci);
        var found = new ArtifactLookup.Found(image.Digest, image.Index.Length);

        Assert.Equal(found, await source.DescribeAsync($"{Host}/source:v1", CancellationToken.None));
        Assert.Equal(found, await source.DescribeAsync($"{Host}/source@{image.Digest}", CancellationToken.None));
        Assert.Equal(found, await source.DescribeAsync($"{Host}/source:v1@{image.Digest}", CancellationToken.None));
        foreach (var text in (string[])[$"{Host}/source:v2@{image.Digest}", $"{Host}/source:v3@{image.Digest}", $"{Host}/source:v3", $"{Host}/source", "Not a reference"])
            Assert.NotEmpty(Assert.IsType<ArtifactLookup.Missing>(await source.DescribeAsync(text, CancellationToken.None)).Reason);
    }
}
