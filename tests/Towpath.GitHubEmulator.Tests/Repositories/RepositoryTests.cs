using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Repositories;

/// <summary>Repositories, refs, commits and files.</summary>
public sealed class RepositoryTests : GitHubScene
{
    [Fact]
    public async Task A_renamed_repository_is_found_under_its_old_name()
    {
        World.Repositories.Rename(Web, "site");
        var moved = await AsInstallation().GetAsync("/repos/acme/web/contents/README.md?ref=main");

        Assert.Equal((301, $"{Emulator.Url}repositories/{Web.Id}/contents/README.md?ref=main"), (moved.Status, moved.Header("Location")));
        Assert.Equal(200, (await AsInstallation().GetAsync(new Uri(moved.Header("Location")!).PathAndQuery)).Status);
        Assert.Equal("acme/site", (string?)(await AsInstallation().GetAsync($"/repositories/{Web.Id}")).Json["full_name"]);
        Assert.Equal(307, (await AsInstallation().PostAsync("/repos/acme/web/deployments", new JsonObject { ["ref"] = "main" })).Status);
        Assert.Equal(["repository.renamed"], await ToldNamesAsync());
    }

    [Fact]
    public async Task Files_are_read_of_any_ref_and_written_with_the_sha_that_they_had()
    {
        var client = AsInstallation();
        var first = await client.GetAsync("/repos/acme/web/contents/README.md");
        Assert.Equal("# Hello\n", Encoding.UTF8.GetString(Convert.FromBase64String((string)first.Json["content"]!)));

        var content = Convert.ToBase64String("# Changed\n"u8);
        var body = new JsonObject { ["message"] = "change", ["content"] = content, ["sha"] = (string?)first.Json["sha"] };
        var changed = await client.PutAsync("/repos/acme/web/contents/README.md", body);
        Assert.Equal(200, changed.Status);
        Assert.Equal(409, (await client.PutAsync("/repos/acme/web/contents/README.md", body)).Status);
        Assert.Equal(201, (await client.PutAsync("/repos/acme/web/contents/apps/web.yaml", new JsonObject { ["message"] = "add", ["content"] = content })).Status);

        Assert.Equal("README.md,apps", string.Join(',', (await client.GetAsync("/repos/acme/web/contents")).Json.AsArray().Select(e => (string?)e!["name"])));
        Assert.Equal("apps/web.yaml", (string?)(await client.GetAsync("/repos/acme/web/contents/apps")).Json[0]!["path"]);
        var raw = await client.GetAsync($"/repos/acme/web/contents/README.md?ref={changed.Json["commit"]!["parents"]![0]!["sha"]}", ("Accept", "application/vnd.github.raw+json"));
        Assert.Equal("# Hello\n", raw.Text);
        Assert.Equal(404, (await client.GetAsync("/repos/acme/web/contents/none.yaml")).Status);
        Assert.Equal(["push", "push"], await ToldNamesAsync());
        var deleted = await client.SendAsync(HttpMethod.Delete, "/repos/acme/web/contents/README.md", new JsonObject { ["message"] = "bye", ["sha"] = changed.Json["content"]!["sha"]!.DeepClone() }.ToJsonString());
        Assert.Equal(200, deleted.Status);
    }

    [Fact]
    public async Task Refs_are_made_moved_and_deleted()
    {
        var client = AsInstallation();
        var main = Web.Refs["refs/heads/main"];
        var next = Branch("next");
        await ForgetAsync();

        Assert.Equal(201, (await client.PostAsync("/repos/acme/web/git/refs", new JsonObject { ["ref"] = "refs/heads/release/1.0", ["sha"] = main })).Status);
        Assert.Equal(422, (await client.PostAsync("/repos/acme/web/git/refs", new JsonObject { ["ref"] = "refs/heads/release/1.0", ["sha"] = main })).Status);
        Assert.Equal(main, (string?)(await client.GetAsync("/repos/acme/web/git/ref/heads/release/1.0")).Json["object"]!["sha"]);
        Assert.Equal(main, (string?)(await client.GetAsync("/repos/acme/web/git/ref/heads%2Frelease%2F1.0")).Json["object"]!["sha"]);
        Assert.Equal(200, (await client.PatchAsync("/repos/acme/web/git/refs/heads/release/1.0", new JsonObject { ["sha"] = next.Sha })).Status);
        Assert.Equal(422, (await client.PatchAsync("/repos/acme/web/git/refs/heads/release/1.0", new JsonObject { ["sha"] = main })).Status);
        Assert.Equal(200, (await client.PatchAsync("/repos/acme/web/git/refs/heads/release/1.0", new JsonObject { ["sha"] = main, ["force"] = true })).Status);
        Assert.Single((await client.GetAsync("/repos/acme/web/git/matching-refs/heads/rel")).Json.AsArray());
        Assert.Equal(204, (await client.DeleteAsync("/repos/acme/web/git/refs/heads/release/1.0")).Status);
        Assert.Equal(404, (await client.GetAsync("/repos/acme/web/git/ref/heads/release/1.0")).Status);

        var pushes = (await ToldAsync()).Where(t => t.Event == "push").ToList();
        Assert.Equal([false, true, false], pushes[1..].Select(p => (bool)p.Json["forced"]!).Take(3));
        Assert.Equal("refs/heads/release/1.0", (string?)pushes[^1].Json["ref"]);
        Assert.True((bool)pushes[^1].Json["deleted"]!);
        Assert.Contains("create", await ToldNamesAsync());
        Assert.Contains("delete", await ToldNamesAsync());
    }

    [Fact]
    public async Task More_than_three_tags_at_once_are_not_told()
    {
        RefEvents.PushTags(Web, ["v1", "v2", "v3", "v4"], Web.Refs["refs/heads/main"], World.Accounts.User("kim"));
        Assert.Empty(await ToldAsync());
        RefEvents.PushTags(Web, ["v5"], Web.Refs["refs/heads/main"], World.Accounts.User("kim"));
        Assert.Equal(["create", "push"], await ToldNamesAsync());
        Assert.Equal(5, (await AsInstallation().GetAsync("/repos/acme/web/tags")).Json.AsArray().Count);
    }

    [Fact]
    public async Task Commits_are_listed_compared_and_found_by_any_name()
    {
        var client = AsInstallation();
        var (one, main) = (Branch("topic", ("a.txt", "1\n2\n")), Web.Push("main", new Dictionary<string, string?> { ["b.txt"] = "x" }));

        var compared = await client.GetAsync("/repos/acme/web/compare/main...topic");
        Assert.Equal(("diverged", 1, 1), ((string?)compared.Json["status"], (int?)compared.Json["ahead_by"], (int?)compared.Json["behind_by"]));
        Assert.Equal("a.txt", (string?)compared.Json["files"]![0]!["filename"]);
        Assert.Equal(2, (await client.GetAsync("/repos/acme/web/commits?sha=topic")).Json.AsArray().Count);
        Assert.Single((await client.GetAsync("/repos/acme/web/commits?path=b.txt")).Json.AsArray());
        foreach (var name in (string[])["topic", "heads/topic", one.Sha, one.Sha[..7]])
            Assert.Equal(one.Sha, (await client.GetAsync($"/repos/acme/web/commits/{name}", ("Accept", "application/vnd.github.sha"))).Text);
        var full = await client.GetAsync($"/repos/acme/web/commits/{main.Sha}");
        Assert.Equal("b.txt", (string?)full.Json["files"]![0]!["filename"]);
        Assert.Equal(422, (await client.GetAsync("/repos/acme/web/commits/none")).Status);
        Assert.Equal(one.Sha, (string?)(await client.GetAsync("/repos/acme/web/branches/topic")).Json["commit"]!["sha"]);
        Assert.Equal(2, (await client.GetAsync("/repos/acme/web/branches")).Json.AsArray().Count);
        Assert.Equal(200, (await client.GetAsync($"/repos/acme/web/git/commits/{one.Sha}")).Status);
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        for (var i = 0; i < 5; i++) Branch($"b{i}");
        var client = AsInstallation();
        var first = await client.GetAsync("/repos/acme/web/branches?per_page=2");
        var second = await client.GetAsync("/repos/acme/web/branches?per_page=2&page=2");
        var root = $"{Emulator.Url}repos/acme/web/branches?per_page=2&page=";

        Assert.Equal($"<{root}2>; rel=\"next\", <{root}3>; rel=\"last\"", first.Header("Link"));
        Assert.Equal($"<{root}1>; rel=\"prev\", <{root}3>; rel=\"next\", <{root}3>; rel=\"last\", <{root}1>; rel=\"first\"", second.Header("Link"));
        Assert.Equal(2, second.Json.AsArray().Count);
    }

    [Theory]
    [InlineData("kim", "admin", "admin")]
    [InlineData("lee", "write", "maintain")]
    [InlineData("sam", "write", "write")]
    [InlineData("eve", "none", "none")]
    public async Task What_somebody_may_do_comes_of_collaborators_teams_and_ownership(string login, string permission, string role)
    {
        World.Accounts.User("eve");
        World.Accounts.Organization("acme").Team("staff", "sam").Repositories["acme/web"] = "push";
        World.Accounts.User("lee");
        Web.Collaborators["lee"] = Role.Maintain;
        var got = await AsInstallation().GetAsync($"/repos/acme/web/collaborators/{login}/permission");

        Assert.Equal((permission, role), ((string?)got.Json["permission"], (string?)got.Json["role_name"]));
    }

    [Fact]
    public async Task Statuses_of_a_commit_combine()
    {
        var client = AsInstallation();
        var sha = Web.Refs["refs/heads/main"];
        foreach (var (context, state) in new[] { ("ci/build", "pending"), ("ci/build", "success"), ("ci/test", "failure") })
            Assert.Equal(201, (await client.PostAsync($"/repos/acme/web/statuses/{sha}", new JsonObject { ["state"] = state, ["context"] = context, ["description"] = "d" })).Status);

        var combined = await client.GetAsync("/repos/acme/web/commits/main/status");
        Assert.Equal(("failure", 2), ((string?)combined.Json["state"], (int?)combined.Json["total_count"]));
        Assert.Equal(3, (await client.GetAsync($"/repos/acme/web/commits/{sha}/statuses")).Json.AsArray().Count);
        Assert.Equal(422, (await client.PostAsync($"/repos/acme/web/statuses/{sha}", new JsonObject { ["state"] = "fine" })).Status);
        Assert.Equal(["status", "status", "status"], await ToldNamesAsync());
    }
}
