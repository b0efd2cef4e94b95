using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Oci.Artifacts;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Oci.Tests.Hostile;

/// <summary>What registries may do and docker-registry does not: tags that never move.</summary>
public sealed class BehaviourTests
{
    [Fact]
    public async Task Registry_whose_tags_never_move_is_understood()
    {
        var (image, other) = (new TestImage("mine"), Digest.Of("theirs"));
        foreach (var (existing, expected) in new (Digest, TagResult)[] { (other, new TagResult.Conflict(other)), (image.Digest, new TagResult.AlreadyTagged()) })
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
            Assert.Equal(expected, await client.Tags.TagAsync($"{host.Host}/web", image.Digest, "v1", CancellationToken.None));
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
}
