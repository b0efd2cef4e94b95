using System.Net;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Server.Api;
using Towpath.Server.Features.Builds;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

public sealed class ContainerBuildTests
{
    private const string Image = """
        name: image
        artifact: { kind: container, source: "registry.example.com:5000/team/{slug}" }
        environments:
          dev:
            target: { kind: fake }
        """;

    private const string Repository = "registry.example.com:5000/team/image";

    [Theory]
    [InlineData(Repository, "v1")]
    [InlineData(Repository + ":sha-1111111", "sha-1111111")]
    [InlineData(Repository + ":sha-1111111@DIGEST", "sha-1111111")]
    [InlineData(Repository + "@DIGEST", "v1")]
    public async Task Image_is_recorded_by_digest_however_it_was_named(string reference, string bytes)
    {
        await using var server = await StartAsync();
        var digest = Digest.Of(bytes);

        var build = await server.PostAsync<Build>("ada", "/api/v1/builds", Report(reference.Replace("DIGEST", digest.Value, StringComparison.Ordinal)), HttpStatusCode.Created);

        Assert.Equal(($"{Repository}@{digest}", digest), (build.Artifacts[0].Reference, build.Digest));
    }

    [Fact]
    public async Task Digest_that_is_told_apart_from_the_repository_is_looked_for()
    {
        await using var server = await StartAsync();
        var digest = Digest.Of("anything");

        var build = await server.PostAsync<Build>("ada", "/api/v1/builds", Report(Repository, digest.Value), HttpStatusCode.Created);

        Assert.Equal($"{Repository}@{digest}", build.Artifacts[0].Reference);
    }

    [Theory]
    [InlineData("registry.example.com:5000/team/image-other:v1", "artifact_elsewhere")]
    [InlineData("registry.example.com:5000/team/image/sub:v1", "artifact_elsewhere")]
    [InlineData("registry.example.com/team/image:v1", "artifact_elsewhere")]
    [InlineData(Repository + "@sha256:12", "artifact_missing")]
    public async Task Image_of_another_repository_is_refused(string reference, string code)
    {
        await using var server = await StartAsync();
        await server.RefusedAsync("ada", HttpMethod.Post, "/api/v1/builds", Report(reference), HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Registry_that_does_not_answer_is_told_so()
    {
        await using var server = await StartAsync();
        var problem = await server.RefusedAsync("ada", HttpMethod.Post, "/api/v1/builds", Report(Repository + ":unreachable"), HttpStatusCode.BadGateway, "artifact_unavailable");
        Assert.Contains("registry.example.com does not answer", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_of_a_registry_outside_of_the_project_is_not_looked_for()
    {
        var spec = new ApplicationSpec { Name = "image", Repository = "acme/image", Artifacts = [new ArtifactSpec("default", ArtifactKind.Container, "private.example.com/image")], Environments = [] };
        var report = new ReportBuild { Application = "image", Commit = TestServer.Commit1, Artifacts = [new ReportedArtifact("private.example.com/image:v1")] };

        var answer = await new ReportedArtifacts([new FakeRegistry()], OperatorLimits.Nothing).DescribeAsync(spec, report, "v1", TestContext.Current.CancellationToken);

        Assert.Equal("artifact_not_allowed", answer.Refusal!.Code);
        Assert.Contains("no project lists the repository 'acme/image'", answer.Refusal.Reason, StringComparison.Ordinal);
    }

    private static Task<TestServer> StartAsync()
    {
        var folder = new Folder();
        folder.Write("apps/image.yaml", Image);
        return TestServer.StartAsync(folder: folder);
    }

    private static object Report(string reference, string? digest = null) =>
        new { application = "image", commit = TestServer.Commit1, version = "v1", artifacts = new[] { new { reference, digest } } };
}
