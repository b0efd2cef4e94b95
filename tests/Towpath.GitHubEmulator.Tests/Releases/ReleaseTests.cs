using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Releases;

/// <summary>Drafts, publishing, notes.</summary>
public sealed class ReleaseTests : GitHubScene
{
    private const string Path = "/repos/acme/web/releases";

    [Fact]
    public async Task A_draft_is_changed_and_published_with_its_tag()
    {
        var sha = Web.Refs["refs/heads/main"];
        var client = AsInstallation();
        var draft = await client.PostAsync(Path, new JsonObject { ["tag_name"] = "v1.0.0", ["target_commitish"] = sha, ["name"] = "v1.0.0", ["draft"] = true });
        Assert.Equal((201, true, null), (draft.Status, (bool)draft.Json["draft"]!, (string?)draft.Json["published_at"]));
        Assert.False(Web.Refs.ContainsKey("refs/tags/v1.0.0"));
        Assert.Equal(404, (await client.GetAsync($"{Path}/tags/v1.0.0")).Status);
        Assert.Equal(200, (await client.PatchAsync($"{Path}/{draft.Json["id"]}", new JsonObject { ["tag_name"] = "v1.1.0", ["body"] = "notes" })).Status);
        await ForgetAsync();
        Assert.Equal(200, (await client.PatchAsync($"{Path}/{draft.Json["id"]}", new JsonObject { ["draft"] = false })).Status);

        Assert.Equal(sha, Web.Refs["refs/tags/v1.1.0"]);
        Assert.Equal(["create", "push", "release.published", "release.released"], await ToldNamesAsync());
        foreach (var name in (string[])["latest", "tags/v1.1.0", $"{draft.Json["id"]}"]) Assert.Equal("notes", (string?)(await client.GetAsync($"{Path}/{name}")).Json["body"]);
        Assert.Equal(422, (await client.PostAsync(Path, new JsonObject { ["tag_name"] = "v1.1.0" })).Status);
        Assert.Single((await client.GetAsync(Path)).Json.AsArray());
    }

    [Fact]
    public async Task A_draft_of_a_commit_that_is_not_there_is_not_published()
    {
        var draft = await AsInstallation().PostAsync(Path, new JsonObject { ["tag_name"] = "v1", ["target_commitish"] = "none", ["draft"] = true });

        Assert.Equal(422, (await AsInstallation().PatchAsync($"{Path}/{draft.Json["id"]}", new JsonObject { ["draft"] = false })).Status);
        Assert.Equal(204, (await AsInstallation().DeleteAsync($"{Path}/{draft.Json["id"]}")).Status);
    }

    [Fact]
    public async Task Notes_name_the_pull_requests_since_the_tag_before()
    {
        var client = AsInstallation();
        Assert.Equal(201, (await client.PostAsync(Path, new JsonObject { ["tag_name"] = "v1" })).Status);
        Branch("topic");
        await As("kim").PostAsync("/repos/acme/web/pulls", new JsonObject { ["title"] = "New thing", ["head"] = "topic", ["base"] = "main" });
        Assert.Equal(200, (await As("kim").PutAsync("/repos/acme/web/pulls/1/merge", new JsonObject { ["merge_method"] = "squash" })).Status);
        var notes = await client.PostAsync($"{Path}/generate-notes", new JsonObject { ["tag_name"] = "v2", ["target_commitish"] = "main" });

        Assert.Equal("v2", (string?)notes.Json["name"]);
        Assert.Contains($"* New thing by @kim in {Emulator.Url}acme/web/pull/1\n", (string?)notes.Json["body"], StringComparison.Ordinal);
        Assert.EndsWith("/acme/web/compare/v1...v2", (string?)notes.Json["body"], StringComparison.Ordinal);
        var published = await client.PostAsync(Path, new JsonObject { ["tag_name"] = "v2", ["generate_release_notes"] = true, ["prerelease"] = true });
        Assert.Contains("New thing", (string?)published.Json["body"], StringComparison.Ordinal);
        Assert.Equal("v1", (string?)(await client.GetAsync($"{Path}/latest")).Json["tag_name"]);
    }
}
