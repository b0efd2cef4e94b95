using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Oci.Artifacts;
using Towpath.Oci.Calling;
using Towpath.Oci.Copying;
using Towpath.Oci.Tags;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Oci.Tests.Hostile;

/// <summary>What registries may do and docker-registry does not: pages, refused mounts, tags that never move, broken connections.</summary>
public sealed class BehaviourTests
{
    [Fact]
    public async Task Tags_are_read_page_by_page()
    {
        await using var registry = await HostileRegistry.StartAsync(context =>
        {
            var last = context.Request.Query["last"].ToString();
            if (last != "c") context.Response.Headers.Link = $"</v2/web/tags/list?n=2&last={(last.Length == 0 ? "b" : "c")}>; rel=\"next\"";
            return context.Response.WriteAsync(last switch { "" => """{"tags":["a","b"]}""", "b" => """{"tags":["c"]}""", _ => """{"tags":null}""" });
        });
        await using var client = new Client();
        Assert.Equal(["a", "b", "c"], await client.Oci.TagsAsync(registry.Image("web"), CancellationToken.None).ToListAsync());
    }

    [Theory]
    [InlineData("<http://127.0.0.1:1/v2/web/tags/list>; rel=\"next\"", "at another host")]
    [InlineData("<https://example.com/>; rel=next", "at another host")]
    [InlineData("<?n=1000>; rel=\"next\"", "at its own beginning")]
    public async Task List_that_goes_on_elsewhere_is_refused(string link, string expected)
    {
        await using var registry = await HostileRegistry.StartAsync(context =>
        {
            context.Response.Headers.Link = link;
            return context.Response.WriteAsync("""{"tags":["a"]}""");
        });
        await using var client = new Client();
        var refused = await Assert.ThrowsAsync<RegistryException>(async () => await client.Oci.TagsAsync(registry.Image("web"), CancellationToken.None).ToListAsync());
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(202)]
    [InlineData(403)]
    public async Task Blob_that_cannot_be_mounted_is_carried_over(int status)
    {
        var image = new TestImage("no mount");
        var registry = new Shelves(image) { MountStatus = status };
        await using var host = await HostileRegistry.StartAsync(registry.AnswerAsync);
        await using var client = new Client();

        var outcome = await CopyAsync(client, host, image);

        Assert.Equal((3, 0), (outcome.Blobs, outcome.Mounted));
        Assert.Equal(image.FirstPlatform, registry.Stored.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Connection_that_breaks_in_the_middle_of_a_blob_is_tried_again()
    {
        var image = new TestImage("broken", layerSize: 500_000);
        var registry = new Shelves(image) { MountStatus = 202, BreakFirst = 2 };
        await using var host = await HostileRegistry.StartAsync(registry.AnswerAsync);
        await using var client = new Client();

        Assert.Equal(3, (await CopyAsync(client, host, image)).Blobs);
        Assert.Equal(image.FirstPlatform, registry.Stored.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Registry_whose_tags_never_move_is_understood()
    {
        var (image, other) = (new TestImage("mine"), Digest.Of("theirs"));
        foreach (var (existing, expected) in new (Digest, TagOutcome)[] { (other, new TagOutcome.Conflict(other)), (image.Digest, new TagOutcome.AlreadyThere()) })
        {
            // The tag is not there when it is asked for, and there when it is written.
            var asked = 0;
            await using var host = await HostileRegistry.StartAsync(context => (context.Request.Method, context.Request.Path.Value!.EndsWith("/v1", StringComparison.Ordinal)) switch
            {
                ("HEAD", true) when Interlocked.Increment(ref asked) == 1 => HostileRegistry.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", ""),
                ("PUT", _) => HostileRegistry.ErrorAsync(context, 400, "TAG_INVALID", "The image tag 'v1' already exists and cannot be overwritten because the repository is immutable."),
                (_, true) => HostileRegistry.ManifestAsync(context, image.Index, existing.Value),
                _ => HostileRegistry.ManifestAsync(context, image.Index),
            });
            await using var client = new Client();
            Assert.Equal(expected, await client.Oci.TagAsync(host.Image($"web@{image.Digest}"), "v1", immutable: false, CancellationToken.None));
        }
    }

    [Theory]
    [InlineData("ghcr.io/acme/web", null)]
    [InlineData("GHCR.io/acme/web", null)]
    [InlineData("nginx", null)]
    [InlineData("acme/web", "'docker.io/acme/web' is outside of the project 'portal'")]
    [InlineData("ghcr.io/acme/web/deep", "is outside of the project")]
    [InlineData("ghcr.io/acme/../evil/web", "is not a repository")]
    [InlineData("ghcr.io.example.com/acme/web", "is outside of the project")]
    public void Source_is_allowed_by_the_projects_registries(string source, string? expected)
    {
        var limits = new OperatorLimits
        {
            Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["portal"] = new(["acme/web"]) { Registries = ["ghcr.io/acme/*", "docker.io/library/nginx"] } },
        };
        var sentence = new OciArtifactSource(null!).Check(source, limits.For("acme/web"));
        if (expected is null) Assert.Null(sentence);
        else Assert.Contains(expected, sentence, StringComparison.Ordinal);
    }

    private static Task<CopyOutcome> CopyAsync(Client client, HostileRegistry host, TestImage image) =>
        client.Oci.CopyAsync(host.Image($"from@{image.Children[0]}"), host.Image("to"), immutable: true, CancellationToken.None);
}
