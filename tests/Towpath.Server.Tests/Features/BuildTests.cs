using System.Net;
using Towpath.Core.Artifacts;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

public sealed class BuildTests
{
    [Fact]
    [Trait("Row", "O9")]
    public async Task Same_report_again_is_the_same_build_and_other_bytes_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        var first = await server.BuildAsync();
        object again = new { application = "web", commit = TestServer.Commit1, artifacts = new[] { new { reference = $"builds/web/{TestServer.Commit1}.zip" } } };

        Assert.Equal(first.Id, (await server.PostAsync<Build>("dev", "/api/v1/builds", again)).Id);
        server.Folder.Build(TestServer.Commit1, "other bytes");
        var problem = await server.RefusedAsync("dev", HttpMethod.Post, "/api/v1/builds", again, HttpStatusCode.Conflict, "version_taken");
        Assert.Contains(first.Digest.Value, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "T1")]
    public async Task Wrong_digest_is_refused_with_both()
    {
        await using var server = await TestServer.StartAsync();
        var reference = server.Folder.Build(TestServer.Commit1, "one");
        var told = Digest.Of("another").Value;

        var problem = await Refused(server, new { application = "web", commit = TestServer.Commit1, artifacts = new[] { new { reference, digest = told } } }, "digest_mismatch");

        Assert.Contains(told, problem, StringComparison.Ordinal);
        Assert.Contains(Digest.Of("one").Value, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Artifact_lies_where_the_spec_says()
    {
        await using var server = await TestServer.StartAsync();
        server.Folder.Build(TestServer.Commit1, "foreign", "other");
        File.WriteAllText(server.Folder.At("secret.zip"), "secret");
        foreach (var reference in (string[])[
            $"builds/other/{TestServer.Commit1}.zip", server.Folder.At("secret.zip"), "file:///etc/passwd", "../secret.zip", $"builds/web/../other/{TestServer.Commit1}.zip", "s3://bucket/key", ""])
            await Refused(server, Report(reference), "artifact_elsewhere");
        await Refused(server, Report($"builds/web/{TestServer.Commit1}.zip"), "artifact_missing");
        await Refused(server, new { application = "web", commit = TestServer.Commit1 }, "missing_artifact");
        var absolute = Path.Combine(server.Folder.Artifacts, server.Folder.Build(TestServer.Commit1, "one"));
        var build = await server.PostAsync<Build>("dev", "/api/v1/builds", Report(absolute), HttpStatusCode.Created);
        Assert.Equal($"builds/web/{TestServer.Commit1}.zip", Assert.Single(build.Artifacts).Reference);
    }

    [Fact]
    public async Task Link_at_the_place_of_the_artifact_does_not_lead_out()
    {
        await using var server = await TestServer.StartAsync();
        var reference = server.Folder.Build(TestServer.Commit1, "one");
        File.WriteAllText(server.Folder.At("secret.zip"), "secret");
        File.Delete(Path.Combine(server.Folder.Artifacts, reference));
        File.CreateSymbolicLink(Path.Combine(server.Folder.Artifacts, reference), server.Folder.At("secret.zip"));

        await Refused(server, Report(reference), "artifact_not_allowed");
    }

    [Fact]
    public async Task Commit_is_whole_and_a_commit_artifact_has_the_digest_of_its_text()
    {
        await using var server = await TestServer.StartAsync();
        await Refused(server, new { application = "web", commit = "1111111" }, "bad_commit");
        await Refused(server, new { application = "web", commit = "--upload-pack=x" }, "bad_commit");
        var build = await server.PostAsync<Build>("ada", "/api/v1/builds", new { application = "other", commit = TestServer.Commit1, version = "v1" }, HttpStatusCode.Created);
        Assert.Equal((Digest.Of(TestServer.Commit1), "v1"), (build.Digest, build.Version));
    }

    private static object Report(string reference) => new { application = "web", commit = TestServer.Commit1, artifacts = new[] { new { reference } } };

    private static async Task<string> Refused(TestServer server, object body, string code) =>
        (await server.RefusedAsync("dev", HttpMethod.Post, "/api/v1/builds", body, HttpStatusCode.UnprocessableEntity, code)).Detail!;
}
