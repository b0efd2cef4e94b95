using Towpath.Core.Artifacts;
using Towpath.Oci.References;
using Towpath.Oci.Tags;
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

        Assert.IsType<TagOutcome.Tagged>(await client.Oci.TagAsync(Reference("tagging", image.Digest), "v1.0.0", immutable: true, CancellationToken.None));

        Assert.Equal(image.Index, await Skopeo.RawAsync($"{Host}/tagging:v1.0.0"));
        Assert.Equal(image.Digest, (await client.Oci.ResolveAsync(ImageReference.Parse($"{Host}/tagging:v1.0.0"), CancellationToken.None))!.Digest);
    }

    [Fact]
    public async Task Same_digest_again_is_there_already()
    {
        await using var client = new Client();
        var image = new TestImage("again");
        await image.PushAsync(Host, "again", "sha-1");
        Assert.IsType<TagOutcome.AlreadyThere>(await client.Oci.TagAsync(Reference("again", image.Digest), "sha-1", immutable: true, CancellationToken.None));
    }

    [Fact]
    public async Task Taken_tag_stays_where_tags_are_immutable_and_moves_where_they_are_not()
    {
        await using var client = new Client();
        var (old, next) = (new TestImage("old"), new TestImage("next"));
        await old.PushAsync(Host, "taken", "v1");
        await next.PushAsync(Host, "taken", "v2");

        var conflict = await client.Oci.TagAsync(Reference("taken", next.Digest), "v1", immutable: true, CancellationToken.None);
        Assert.Equal(new TagOutcome.Conflict(old.Digest), conflict);
        Assert.Equal(old.Index, await Skopeo.RawAsync($"{Host}/taken:v1"));

        Assert.IsType<TagOutcome.Tagged>(await client.Oci.TagAsync(Reference("taken", next.Digest), "v1", immutable: false, CancellationToken.None));
        Assert.Equal(next.Index, await Skopeo.RawAsync($"{Host}/taken:v1"));
    }

    [Fact]
    public async Task Image_that_is_not_there_cannot_be_tagged()
    {
        await using var client = new Client();
        var refused = await Assert.ThrowsAsync<Calling.RegistryException>(() => client.Oci.TagAsync(Reference("nowhere", Digest.Of("x")), "v1", immutable: true, CancellationToken.None));
        Assert.True(refused.IsMissing);
    }

    [Fact]
    public async Task Tags_are_listed_over_pages()
    {
        await using var client = new Client();
        var image = new TestImage("pages");
        await image.PushAsync(Host, "pages", "t0");
        for (var i = 1; i < 4; i++) await client.Oci.TagAsync(Reference("pages", image.Digest), $"t{i}", immutable: true, CancellationToken.None);
        Assert.Equal(["t0", "t1", "t2", "t3"], await client.Oci.TagsAsync(ImageReference.Parse($"{Host}/pages"), CancellationToken.None).Order(StringComparer.Ordinal).ToListAsync());
        Assert.Empty(await client.Oci.TagsAsync(ImageReference.Parse($"{Host}/no-such"), CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Manifest_is_deleted_once()
    {
        await using var client = new Client();
        var image = new TestImage("deleted");
        await image.PushAsync(Host, "deleted", "v1");
        Assert.True(await client.Oci.DeleteAsync(Reference("deleted", image.Digest), CancellationToken.None));
        Assert.False(await client.Oci.DeleteAsync(Reference("deleted", image.Digest), CancellationToken.None));
        Assert.Null(await client.Oci.ResolveAsync(ImageReference.Parse($"{Host}/deleted:v1"), CancellationToken.None));
    }

    private ImageReference Reference(string repository, Digest digest) => ImageReference.Parse($"{Host}/{repository}@{digest}");
}
