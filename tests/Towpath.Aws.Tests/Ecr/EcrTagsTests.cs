using System.Text.Json.Nodes;
using Towpath.Aws.Ecr.Repositories;
using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Tests.Ecr;

/// <summary>Tags in a repository whose tags never move.</summary>
[Trait("Row", "O1")]
public sealed class EcrTagsTests : IAsyncLifetime
{
    private const string Index = "application/vnd.oci.image.index.v1+json";
    private const string Image = "application/vnd.oci.image.manifest.v1+json";
    private static readonly RepositoryName Web = new("111111111111", "us-east-1", "acme/web");
    private AwsBed _bed = null!;
    private Digest _index;
    private Digest _other;

    public async ValueTask InitializeAsync()
    {
        _bed = await AwsBed.StartAsync();
        _bed.Emulator.Estate().Change(estate => estate.In(Web.Account, Web.Region).Ecr.Create(Web.Name, EcrRepository.Immutable));
        string[] platforms = [Put(Manifest("amd64"), Image, null), Put(Manifest("arm64"), Image, null)];
        _index = Digest.Parse(Put(new JsonObject
        {
            ["schemaVersion"] = 2, ["mediaType"] = Index,
            ["manifests"] = new JsonArray([.. platforms.Select(p => new JsonObject { ["mediaType"] = Image, ["digest"] = p, ["size"] = 200 })]),
        }.ToJsonString(), Index, "sha-1111111"));
        _other = Digest.Parse(Put(Manifest("other"), Image, "sha-2222222"));
        _bed.Emulator.Calls.Clear();
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task Image_of_several_platforms_gets_another_tag_as_it_is()
    {
        Assert.IsType<TagResult.Tagged>(await TagAsync(_index, "v1.0.0"));
        var stored = Stored("v1.0.0");
        Assert.Equal((_index.Value, Index), (stored.Digest, stored.MediaType));
        Assert.Equal(["sha-1111111", "v1.0.0"], Tags(_index).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Same_tag_again_is_success_and_writes_nothing()
    {
        await TagAsync(_index, "v1.0.0");
        _bed.Emulator.Calls.Clear();
        Assert.IsType<TagResult.AlreadyTagged>(await TagAsync(_index, "v1.0.0"));
        Assert.Empty(_bed.Emulator.Calls.Of("ecr", "PutImage"));
    }

    [Fact]
    public async Task Tag_of_another_image_is_a_conflict_that_names_it()
    {
        var conflict = Assert.IsType<TagResult.Conflict>(await TagAsync(_index, "sha-2222222"));
        Assert.Equal(_other, conflict.Found);
        Assert.Empty(_bed.Emulator.Calls.Of("ecr", "PutImage"));
    }

    [Fact]
    public async Task Image_that_was_never_pushed_is_missing()
    {
        var missing = Assert.IsType<TagResult.Missing>(await TagAsync(Digest.Of("nothing"), "v1.0.0"));
        Assert.EndsWith("build and push it first", missing.Reason, StringComparison.Ordinal);
        missing = Assert.IsType<TagResult.Missing>(await TagAsync($"{Web.Host}/acme/wbe", _index, "v1.0.0"));
        Assert.Equal("there is no repository acme/wbe in the registry of account 111111111111 in us-east-1; check its name, account and region", missing.Reason);
    }

    [Fact]
    public async Task Answer_that_was_lost_is_no_conflict()
    {
        _bed.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.DropAfter, Service = "ecr", Operation = "PutImage" });
        Assert.True(await TagAsync(_index, "v1.0.0") is TagResult.Tagged or TagResult.AlreadyTagged);
        Assert.Equal(_index.Value, Stored("v1.0.0").Digest);
    }

    [Fact]
    public async Task Login_is_kept_until_it_nears_its_end_or_is_refused()
    {
        var logins = _bed.NewProcess().GetRequiredService<EcrLogins>();
        Task<EcrLogin?> FindAsync(string? refused = null) => _bed.PassAsync(logins.FindAsync(Web.Host, refused, TestContext.Current.CancellationToken).AsTask());
        var first = await FindAsync();
        Assert.Equal("AWS", first?.User);
        Assert.Same(first, await FindAsync());
        Assert.NotSame(first, await FindAsync(first?.Password));
        _bed.Emulator.Calls.Clear();
        _bed.Time.Advance(TimeSpan.FromHours(12));
        await FindAsync();

        Assert.Single(_bed.Emulator.Calls.Of("ecr", "GetAuthorizationToken"));
        Assert.Null(await logins.FindAsync("registry.example.com", null, TestContext.Current.CancellationToken));
    }

    private Task<TagResult> TagAsync(Digest digest, string tag) =>
        TagAsync(Web.ToString(), digest, tag);

    private Task<TagResult> TagAsync(string repository, Digest digest, string tag) =>
        _bed.PassAsync(_bed.NewProcess().GetServices<IImageTags>().Single(t => t.Scheme == ArtifactScheme.Ecr).TagAsync(repository, digest, tag, TestContext.Current.CancellationToken));

    private string Put(string manifest, string mediaType, string? tag) => _bed.Emulator.Estate().Look(estate => estate.In(Web.Account, Web.Region).Ecr.Find(Web.Name)!.Put(manifest, mediaType, tag).Digest);

    private (string Digest, string MediaType) Stored(string tag) =>
        _bed.Emulator.Estate().Look(estate => estate.In(Web.Account, Web.Region).Ecr.Find(Web.Name)!.Find(tag) is { } image ? (image.Digest, image.MediaType) : ("", ""));

    private IReadOnlyList<string> Tags(Digest digest) => _bed.Emulator.Estate().Look(estate => estate.In(Web.Account, Web.Region).Ecr.Find(Web.Name)!.TagsOf(digest.Value));

    private static string Manifest(string platform) =>
        new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = Image, ["annotations"] = new JsonObject { ["platform"] = platform }, ["layers"] = new JsonArray() }.ToJsonString();
}
