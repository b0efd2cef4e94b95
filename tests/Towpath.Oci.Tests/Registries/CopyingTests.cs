using Towpath.Oci.Authentication;
using Towpath.Oci.Copying;
using Towpath.Oci.References;
using Towpath.Oci.Tags;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Oci.Tests.Registries;

public sealed class CopyingTests(Scene.Registries registries) : IClassFixture<Scene.Registries>
{
    private string Open => registries.Open.Host;

    private string Closed => registries.Closed.Host;

    private static string Login => $"{Registry.User}:{Registry.Password}";

    private Client Client() => new(logins: new Logins((Closed, new RegistryLogin(Registry.User, Registry.Password))));

    [Fact]
    public async Task Image_goes_to_another_registry_with_all_platforms_and_its_digest()
    {
        await using var client = Client();
        var image = new TestImage("across", layerSize: 300_000);
        await image.PushAsync(Open, "across", "v1");

        var outcome = await CopyAsync(client, $"{Open}/across:v1", $"{Closed}/team/across:v1");

        Assert.Equal((image.Digest, 3, 6, 0), (outcome.Digest, outcome.Manifests, outcome.Blobs, outcome.Mounted));
        Assert.True(outcome.Bytes > 1_200_000);
        Assert.Equal(image.Index, await Skopeo.RawAsync($"{Closed}/team/across:v1", Login));
        foreach (var child in image.Children) Assert.NotEmpty(await Skopeo.RawAsync($"{Closed}/team/across@{child}", Login));
    }

    [Fact]
    public async Task Copy_that_is_repeated_moves_nothing()
    {
        await using var client = Client();
        var image = new TestImage("repeated");
        await image.PushAsync(Open, "repeated", "v1");
        await CopyAsync(client, $"{Open}/repeated:v1", $"{Closed}/repeated:v1");

        var again = await CopyAsync(client, $"{Open}/repeated:v1", $"{Closed}/repeated:v1");

        Assert.Equal(new CopyOutcome(image.Digest) { Tag = new TagOutcome.AlreadyThere() }, again);
    }

    [Fact]
    public async Task Blobs_are_mounted_inside_of_one_registry()
    {
        await using var client = Client();
        var image = new TestImage("mounted");
        await image.PushAsync(Open, "mounted", "v1");

        var outcome = await CopyAsync(client, $"{Open}/mounted:v1", $"{Open}/elsewhere/mounted:v1");

        Assert.Equal((6, 6, 0L), (outcome.Blobs, outcome.Mounted, outcome.Bytes));
        Assert.Equal(image.Index, await Skopeo.RawAsync($"{Open}/elsewhere/mounted:v1"));
    }

    [Fact]
    public async Task Interrupted_copy_goes_on_with_what_is_missing()
    {
        await using var client = Client();
        var image = new TestImage("half");
        await image.PushAsync(Open, "half", "v1");
        // As a copy leaves it that ended after the first platform.
        await CopyAsync(client, $"{Open}/half@{image.Children[0]}", $"{Closed}/half");

        var rest = await CopyAsync(client, $"{Open}/half:v1", $"{Closed}/half:v1");

        Assert.Equal((2, 3), (rest.Manifests, rest.Blobs));
        Assert.Equal(image.Index, await Skopeo.RawAsync($"{Closed}/half:v1", Login));
    }

    [Fact]
    public async Task Taken_tag_is_a_conflict_before_anything_is_moved()
    {
        await using var client = Client();
        var (old, next) = (new TestImage("conflict-old"), new TestImage("conflict-next"));
        await old.PushAsync(Closed, "conflict", "v1", Login);
        await next.PushAsync(Open, "conflict", "v1");

        var outcome = await CopyAsync(client, $"{Open}/conflict:v1", $"{Closed}/conflict:v1");

        Assert.Equal(new CopyOutcome(next.Digest) { Tag = new TagOutcome.Conflict(old.Digest) }, outcome);
        Assert.Null(await client.Oci.ResolveAsync(ImageReference.Parse($"{Closed}/conflict@{next.Digest}"), CancellationToken.None));
    }

    [Fact]
    public async Task Copies_in_both_directions_at_once_do_not_wait_for_each_other()
    {
        await using var client = Client();
        var images = Enumerable.Range(0, 6).Select(i => new TestImage($"both-{i}", layerSize: 200_000)).ToArray();
        for (var i = 0; i < images.Length; i++) await images[i].PushAsync(i % 2 == 0 ? Open : Closed, $"both-{i}", "v1", i % 2 == 0 ? null : Login);

        await Task.WhenAll(images.Select((_, i) => CopyAsync(client, $"{(i % 2 == 0 ? Open : Closed)}/both-{i}:v1", $"{(i % 2 == 0 ? Closed : Open)}/both-{i}:copy")));

        for (var i = 0; i < images.Length; i++)
            Assert.Equal(images[i].Digest, (await client.Oci.ResolveAsync(ImageReference.Parse($"{(i % 2 == 0 ? Closed : Open)}/both-{i}:copy"), CancellationToken.None))!.Digest);
    }

    private static Task<CopyOutcome> CopyAsync(Client client, string from, string to) =>
        client.Oci.CopyAsync(ImageReference.Parse(from), ImageReference.Parse(to), immutable: true, CancellationToken.None);
}
