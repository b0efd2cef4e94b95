using System.Text.Json;
using Towpath.Cli.Tests.Processes;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Cli.Tests.Commands;

/// <summary><c>towpath tag</c> against Debian's docker-registry.</summary>
[Trait("Row", "P3")]
public sealed class TagTests(Registries registries) : IClassFixture<Registries>
{
    private const string Digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private string Host => registries.Open.Host;

    [Fact]
    public async Task Image_gets_another_tag_with_all_platforms_and_a_second_time_as_well()
    {
        var image = new TestImage("tag");
        await image.PushAsync(Host, "web", "sha-1");
        var first = await RunAsync($"{Host}/web@{image.Digest}", "v1.0.0");
        Assert.Equal((0, $"{Host}/web:v1.0.0 is {image.Digest}\n"), (first.ExitCode, first.Output));
        Assert.Equal(image.Index, await Skopeo.RawAsync($"{Host}/web:v1.0.0"));

        var again = await RunAsync($"{Host}/web@{image.Digest}", "v1.0.0", "--json");
        var told = JsonDocument.Parse(again.Output).RootElement;
        Assert.Equal((0, true, image.Digest.Value), (again.ExitCode, told.GetProperty("already").GetBoolean(), told.GetProperty("digest").GetString()));
    }

    [Fact]
    public async Task Tag_of_another_image_is_a_conflict_that_says_whose_it_is()
    {
        var (old, next) = (new TestImage("tag-old"), new TestImage("tag-next"));
        await old.PushAsync(Host, "taken", "v1");
        await next.PushAsync(Host, "taken", "v2");
        var ran = await RunAsync($"{Host}/taken@{next.Digest}", "v1");
        Assert.Equal(ExitCodes.Failed, ran.ExitCode);
        Assert.Contains($"{Host}/taken:v1 is {old.Digest} already, and tags do not move", ran.Error, StringComparison.Ordinal);
        Assert.Equal(old.Index, await Skopeo.RawAsync($"{Host}/taken:v1"));
    }

    [Theory]
    [InlineData("HOST/web:v1", "v2", ExitCodes.Wrong, "names no digest")]
    [InlineData("HOST/Web@" + Digest, "v2", ExitCodes.Wrong, "is not a repository")]
    [InlineData("HOST/web@" + Digest, ".v2", ExitCodes.Wrong, "is no tag")]
    [InlineData("HOST/web@" + Digest, "v2", ExitCodes.Wrong, "build and push it first")]
    [InlineData("CLOSED/web@" + Digest, "v2", ExitCodes.NotAllowed, "skopeo login")]
    [InlineData("127.0.0.1:1/web@" + Digest, "v2", ExitCodes.Technical, "unreachable")]
    public async Task What_is_wrong_is_said_with_what_to_do(string image, string tag, int exitCode, string words)
    {
        var ran = await RunAsync(image.Replace("HOST", Host, StringComparison.Ordinal).Replace("CLOSED", registries.Closed.Host, StringComparison.Ordinal), tag);
        Assert.True(ran.ExitCode == exitCode, $"{ran.ExitCode}: {ran.Error}");
        Assert.Contains(words, ran.Error, StringComparison.Ordinal);
    }

    private static async Task<Ran> RunAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        // No login of whoever runs the tests.
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOCKER_CONFIG"] = folder.Path, ["REGISTRY_AUTH_FILE"] = null, ["XDG_RUNTIME_DIR"] = null };
        return await TowpathProcess.RunAsync(folder.Path, environment, ["tag", .. arguments]);
    }
}
