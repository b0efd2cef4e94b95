using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Pulls;

/// <summary>Pull requests from branches and forks.</summary>
public sealed class PullTests : GitHubScene
{
    [Fact]
    public async Task A_pull_request_is_opened_labelled_pushed_to_and_merged()
    {
        var topic = Branch("topic");
        await ForgetAsync();
        var opened = await As("kim").PostAsync("/repos/acme/web/pulls", new JsonObject { ["title"] = "Topic", ["head"] = "topic", ["base"] = "main", ["body"] = "why" });
        Assert.Equal((201, 1, topic.Sha, true), (opened.Status, (int)opened.Json["number"]!, (string?)opened.Json["head"]!["sha"], (bool?)opened.Json["mergeable"]));
        Assert.Equal(200, (await As("kim").PostAsync("/repos/acme/web/issues/1/labels", new JsonObject { ["labels"] = new JsonArray("deploy") })).Status);
        var more = Branch("topic", ("more.txt", "x"));
        var merged = await As("kim").PutAsync("/repos/acme/web/pulls/1/merge");
        Assert.Equal((200, (string?)merged.Json["sha"]), (merged.Status, Web.Refs["refs/heads/main"]));

        Assert.Equal(
            ["pull_request.opened", "pull_request.labeled", "push", "pull_request.synchronize", "push", "pull_request.closed"],
            (await ToldNamesAsync()).Where(n => n is not "create"));
        var told = await ToldAsync();
        var synchronized = told.Single(t => t.Action == "synchronize").Json;
        Assert.Equal((topic.Sha, more.Sha), ((string?)synchronized["before"], (string?)synchronized["after"]));
        Assert.Equal("deploy", (string?)told.Single(t => t.Action == "labeled").Json["label"]!["name"]);
        Assert.True((bool)told.Single(t => t.Action == "closed").Json["pull_request"]!["merged"]!);
        Assert.Single((await AsInstallation().GetAsync($"/repos/acme/web/commits/{topic.Sha}/pulls")).Json.AsArray());
        Assert.Equal(2, (await AsInstallation().GetAsync("/repos/acme/web/pulls/1/commits")).Json.AsArray().Count);
        Assert.Equal(204, (await AsInstallation().GetAsync("/repos/acme/web/pulls/1/merge")).Status);
        Assert.Equal(422, (await As("kim").PatchAsync("/repos/acme/web/pulls/1", new JsonObject { ["state"] = "open" })).Status);
    }

    [Fact]
    public async Task A_fork_opens_one_without_being_allowed_to_merge_it()
    {
        Web.IsPrivate = false;
        Assert.Equal(202, (await As("eve").PostAsync("/repos/acme/web/forks")).Status);
        World.Repositories.Find("eve/web")!.Push("topic", new Dictionary<string, string?> { ["evil"] = "x" }, author: "eve");
        var opened = await As("eve").PostAsync("/repos/acme/web/pulls", new JsonObject { ["title"] = "T", ["head"] = "eve:topic", ["base"] = "main" });

        Assert.Equal((201, "eve/web", true, "NONE"), (
            opened.Status, (string?)opened.Json["head"]!["repo"]!["full_name"], (bool?)opened.Json["head"]!["repo"]!["fork"], (string?)opened.Json["author_association"]));
        Assert.Equal(403, (await As("eve").PutAsync("/repos/acme/web/pulls/1/merge")).Status);
        Assert.Equal(["pull_request.opened"], await ToldNamesAsync());
        Assert.Single((await AsInstallation().GetAsync("/repos/acme/web/pulls?head=eve:topic")).Json.AsArray());
        Assert.Single((await AsInstallation().GetAsync("/repos/acme/web/pulls/1/files")).Json.AsArray());
    }

    [Fact]
    public async Task One_that_conflicts_is_not_merged_and_can_be_closed_and_opened_again()
    {
        Branch("topic", ("README.md", "mine"));
        await As("kim").PostAsync("/repos/acme/web/pulls", new JsonObject { ["title"] = "T", ["head"] = "topic", ["base"] = "main" });
        Web.Push("main", new Dictionary<string, string?> { ["README.md"] = "yours" });

        Assert.Equal("dirty", (string?)(await AsInstallation().GetAsync("/repos/acme/web/pulls/1")).Json["mergeable_state"]);
        Assert.Equal(405, (await As("kim").PutAsync("/repos/acme/web/pulls/1/merge")).Status);
        Assert.Equal("closed", (string?)(await As("kim").PatchAsync("/repos/acme/web/pulls/1", new JsonObject { ["state"] = "closed" })).Json["state"]);
        Assert.Empty((await AsInstallation().GetAsync("/repos/acme/web/pulls")).Json.AsArray());
        Assert.Equal("open", (string?)(await As("kim").PatchAsync("/repos/acme/web/pulls/1", new JsonObject { ["state"] = "open", ["title"] = "Other" })).Json["state"]);
        Assert.Equal(422, (await As("kim").PostAsync("/repos/acme/web/pulls", new JsonObject { ["title"] = "T", ["head"] = "topic", ["base"] = "main" })).Status);
    }

    [Fact]
    public async Task Merge_commit_is_a_test_merge_of_base_and_head_until_it_is_merged()
    {
        var topic = Branch("topic");
        await As("kim").PostAsync("/repos/acme/web/pulls", new JsonObject { ["title"] = "T", ["head"] = "topic", ["base"] = "main" });
        var (client, main) = (AsInstallation(), Web.Refs["refs/heads/main"]);
        var first = await ShownAsync();
        Assert.Equal(first, await ShownAsync());
        Assert.Equal([main, topic.Sha], (await client.GetAsync($"/repos/acme/web/git/commits/{first}")).Json["parents"]!.AsArray().Select(parent => (string)parent!["sha"]!));
        Assert.Equal((main, 1), (Web.Refs["refs/heads/main"], (await client.GetAsync("/repos/acme/web/commits?sha=main")).Json.AsArray().Count));

        Branch("topic", ("more.txt", "x"));
        var second = await ShownAsync();
        Assert.NotEqual(first, second);
        // What conflicts cannot be merged, not even to try.
        Web.Push("main", new Dictionary<string, string?> { ["more.txt"] = "yours" });
        Assert.Null(await ShownAsync());
        Branch("topic", ("more.txt", "yours"));
        var merged = await As("kim").PutAsync("/repos/acme/web/pulls/1/merge", new JsonObject { ["merge_method"] = "squash" });

        Assert.Equal((200, (string?)merged.Json["sha"]), (merged.Status, await ShownAsync()));
        Assert.Equal(Web.Refs["refs/heads/main"], await ShownAsync());

        async Task<string?> ShownAsync() => (string?)(await client.GetAsync("/repos/acme/web/pulls/1")).Json["merge_commit_sha"];
    }

    [Fact]
    public async Task Comments_are_updated_in_place_and_answered_with_reactions()
    {
        Branch("topic");
        await As("kim").PostAsync("/repos/acme/web/pulls", new JsonObject { ["title"] = "T", ["head"] = "topic", ["base"] = "main" });
        await ForgetAsync();
        var command = await As("kim").PostAsync("/repos/acme/web/issues/1/comments", new JsonObject { ["body"] = "/deploy staging" });
        var app = AsInstallation();
        var reaction = await app.PostAsync($"/repos/acme/web/issues/comments/{command.Json["id"]}/reactions", new JsonObject { ["content"] = "eyes" });
        Assert.Equal((201, 200), (reaction.Status, (await app.PostAsync($"/repos/acme/web/issues/comments/{command.Json["id"]}/reactions", new JsonObject { ["content"] = "eyes" })).Status));
        var answer = await app.PostAsync("/repos/acme/web/issues/1/comments", new JsonObject { ["body"] = "Waiting for kim." });
        var updated = await app.PatchAsync($"/repos/acme/web/issues/comments/{answer.Json["id"]}", new JsonObject { ["body"] = "Deployed." });

        Assert.Equal(("Deployed.", "towpath[bot]", "towpath"), (
            (string?)updated.Json["body"], (string?)updated.Json["user"]!["login"], (string?)updated.Json["performed_via_github_app"]!["slug"]));
        Assert.Equal(["issue_comment.created", "issue_comment.created", "issue_comment.edited"], await ToldNamesAsync());
        Assert.Equal("MEMBER", (string?)(await ToldAsync())[0].Json["comment"]!["author_association"]);
        Assert.NotNull((await ToldAsync())[0].Json["issue"]!["pull_request"]);
        Assert.Equal(403, (await app.PatchAsync($"/repos/acme/web/issues/comments/{command.Json["id"]}", new JsonObject { ["body"] = "no" })).Status);
        Assert.Equal(2, (await app.GetAsync("/repos/acme/web/issues/1/comments")).Json.AsArray().Count);
        Assert.Single((await app.GetAsync($"/repos/acme/web/issues/comments/{command.Json["id"]}/reactions")).Json.AsArray());
        Assert.Equal(204, (await app.DeleteAsync($"/repos/acme/web/issues/comments/{command.Json["id"]}/reactions/{reaction.Json["id"]}")).Status);
        Assert.Equal(204, (await app.DeleteAsync($"/repos/acme/web/issues/comments/{answer.Json["id"]}")).Status);
        Assert.Equal(422, (await app.PostAsync("/repos/acme/web/issues/1/comments", new JsonObject { ["body"] = "" })).Status);
    }

    [Fact]
    public async Task Labels_come_and_go()
    {
        Branch("topic");
        await As("kim").PostAsync("/repos/acme/web/pulls", new JsonObject { ["title"] = "T", ["head"] = "topic", ["base"] = "main" });
        await ForgetAsync();
        var app = AsInstallation();

        Assert.Equal(201, (await app.PostAsync("/repos/acme/web/labels", new JsonObject { ["name"] = "deploy/qa", ["color"] = "f29513" })).Status);
        await app.PostAsync("/repos/acme/web/issues/1/labels", new JsonObject { ["labels"] = new JsonArray("deploy/qa", "bug") });
        Assert.Equal(200, (await app.DeleteAsync("/repos/acme/web/issues/1/labels/deploy%2Fqa")).Status);
        Assert.Equal(404, (await app.DeleteAsync("/repos/acme/web/issues/1/labels/deploy%2Fqa")).Status);
        Assert.Equal(200, (await app.PutAsync("/repos/acme/web/issues/1/labels", new JsonObject { ["labels"] = new JsonArray("feature") })).Status);
        Assert.Equal("feature", (string?)(await app.GetAsync("/repos/acme/web/issues/1/labels")).Json[0]!["name"]);
        Assert.Equal(204, (await app.DeleteAsync("/repos/acme/web/issues/1/labels")).Status);
        Assert.Equal(["labeled", "labeled", "unlabeled", "unlabeled", "labeled", "unlabeled"], (await ToldAsync()).Select(t => t.Action!));
        Assert.Equal(200, (await app.GetAsync("/repos/acme/web/labels")).Status);
        Assert.Equal(200, (await app.GetAsync("/repos/acme/web/issues/1")).Status);
        Assert.Single((await app.GetAsync("/repos/acme/web/issues")).Json.AsArray());
    }

    [Fact]
    public async Task Somebody_without_access_is_told_nothing()
    {
        Branch("topic");
        World.Accounts.User("eve");

        Assert.Equal(404, (await As("eve").GetAsync("/repos/acme/web/pulls")).Status);
        Web.Collaborators["eve"] = Role.Read;
        Assert.Equal(200, (await As("eve").GetAsync("/repos/acme/web/pulls")).Status);
        Assert.Equal(403, (await As("eve").PostAsync("/repos/acme/web/deployments", new JsonObject { ["ref"] = "main" })).Status);
    }
}
