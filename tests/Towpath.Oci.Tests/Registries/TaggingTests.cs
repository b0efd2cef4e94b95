using Towpath.Core.Artifacts;
using Towpath.Oci.References;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Oci.Tests.Registries;

/// <summary>Against Debian's docker-registry, with skopeo as the witness.</summary>
public sealed class TaggingTests(Scene.Registries registries) : IClassFixture<Scene.Registries>
{
    private string Host => registries.Open.Host;

    [Fact]
    [Trait("Row", "P3")]
    public async Task Tag_is_given_by_digest_with_all_platforms()
    {
        await using var client = new Client();
        var image = new TestImage("tagging");
        await image.PushAsync(Host, "tagging", "sha-1");

        Assert.IsType<TagResult.Tagged>(await TagAsync(client, "tagging", image.Digest, "v1.0.0"));

        Assert.Equal(image.Index, await Skopeo.RawAsync($"{Host}/tagging:v1.0.0"));
        Assert.Equal(image.Digest, (await client.Oci.ResolveAsync(ImageReference.Parse($"{Host}/tagging:v1.0.0"), CancellationToken.None))!.Digest);
    }

    [Fact]
    public async Task Same_digest_again_is_there_already()
    {
        await using var client = new Client();
        var image = new TestImage("again");
        await image.PushAsync(Host, "again", "sha-1");
        Assert.IsType<TagResult.AlreadyTagged>(await TagAsync(client, "again", image.Digest, "sha-1"));
    }

    [Fact]
    public async Task Tag_of_another_image_stays_and_is_a_conflict()
    {
        await using var client = new Client();
        var (old, next) = (new TestImage("old"), new TestImage("next"));
        await old.PushAsync(Host, "taken", "v1");
        await next.PushAsync(Host, "taken", "v2");

        Assert.Equal(new TagResult.Conflict(old.Digest), await TagAsync(client, "taken", next.Digest, "v1"));
        Assert.Equal(old.Index, await Skopeo.RawAsync($"{Host}/taken:v1"));
    }

    [Fact]
    public async Task Image_or_repository_that_is_not_there_is_missing()
    {
        await using var client = new Client();
        await new TestImage("somewhere").PushAsync(Host, "somewhere", "v1");
        foreach (var repository in (string[])["nowhere", "somewhere"])
            Assert.Equal(new TagResult.Missing($"there is no image {Digest.Of("x")} in {Host}/{repository}; build and push it first"), await TagAsync(client, repository, Digest.Of("x"), "v2"));
    }

    private Task<TagResult> TagAsync(Client client, string repository, Digest digest, string tag) => client.Tags.TagAsync($"{Host}/{repository}", digest, tag, CancellationToken.None);
}
