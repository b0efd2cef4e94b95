using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Releases;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Releases;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Features.GitHub.Releases;
using Towpath.Server.Tests.Scene;
using Towpath.Testing;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>From merged pull requests to a draft, and from publishing it to production, without building anything.</summary>
public sealed class ReleaseTests
{
    private const string Web = """
        name: web
        repository: acme/web
        artifact: { kind: static-site, source: "builds/{slug}/{sha}.zip" }
        releases: { tag: "v{version}" }
        environments:
          dev:
            auto_deploy: { branch: main }
            target: { kind: fake }
          staging:
            after: [dev]
            auto_deploy: { tag: "v*" }
            target: { kind: fake }
          production:
            after: [staging]
            auto_deploy: { tag: "v*" }
            approvals: [{ role: staff }]
            target: { kind: fake }
        """;

    private const string Container = """
        name: web
        repository: acme/web
        artifact: { kind: container, source: registry.example.com/acme/web }
        releases: { tag: "v{version}" }
        environments:
          dev: { auto_deploy: { branch: main }, target: { kind: fake } }
        """;

    [Fact]
    [Trait("Row", "P1")]
    [Trait("Row", "P2")]
    [Trait("Row", "P3")]
    public async Task Main_is_built_and_drafted_and_publishing_carries_the_same_bytes_to_production()
    {
        await using var scene = await PullScene.StartAsync(web: Web);
        var first = await MergeAsync(scene, "cart", "Cart @kim #1", "enhancement");
        await scene.Server.BuildAsync(first, "one", "main");
        var draft = await UntilDraftAsync(scene, "v0.1.0", first);
        Assert.Contains("## New and changed", draft.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("@kim", draft.Body, StringComparison.Ordinal);
        Assert.Equal(Phase.Succeeded, (await scene.Store.Deployments.ListAsync(new DeploymentFilter("web", "dev"), default))[0].Phase);

        await MergeAsync(scene, "hidden", "Internal", "no-release");
        var second = await MergeAsync(scene, "fix", "A fix", "bug");
        // Until it runs in dev, nothing changes.
        Assert.Equal(first, draft.Target);
        await scene.Server.BuildAsync(second, "two", "main");
        await UntilDraftAsync(scene, "v0.1.0", second);
        Assert.Single(scene.Web.Releases);
        Assert.Contains("## Fixed", draft.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Internal", draft.Body, StringComparison.Ordinal);

        await PublishAsync(scene, draft);
        await scene.Server.UntilSucceededAsync("staging");
        var production = await TestServer.UntilAsync(async () => (await scene.Store.Deployments.ListAsync(new DeploymentFilter("web", "production", [Phase.Waiting]), default)) is [var d] ? d : null);
        await scene.Server.SendAsync("sam", HttpMethod.Post, $"/api/v1/deployments/{production.Id}/approve", new { });
        Assert.Equal("v0.1.0", (await scene.Server.UntilAsync(production.Id.Value, Phase.Succeeded)).Version);

        var builds = await scene.Store.Builds.OfCommitAsync("web", second, default);
        Assert.Equal(2, builds.Count);
        Assert.Single(builds.Select(b => b.Digest).Distinct());
        Assert.Equal(["v0.1.0"], (await scene.Store.Deployments.ListAsync(new DeploymentFilter("web", "staging"), default)).Select(d => d.Version));
        await TestServer.UntilAsync(() => Task.FromResult(StatusOf(scene, second, "success")));

        var third = await MergeAsync(scene, "break", "Everything anew", "major");
        await scene.Server.BuildAsync(third, "three", "main");
        var next = await UntilDraftAsync(scene, "v1.0.0", third);
        Assert.NotEqual(draft.Id, next.Id);
        Assert.DoesNotContain("A fix", next.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "P3")]
    [Trait("Row", "T1")]
    public async Task Who_published_a_release_does_not_approve_it_and_of_whom_nobody_told_is_waited_for()
    {
        await using var scene = await PullScene.StartAsync(web: Web);
        scene.GitHub.World.Accounts.User("sam");
        scene.Web.Collaborators["sam"] = GitHubEmulator.Repositories.Role.Write;
        var first = await MergeAsync(scene, "cart", "Cart", "enhancement");
        await scene.Server.BuildAsync(first, "one", "main");
        await PublishAsync(scene, await UntilDraftAsync(scene, "v0.1.0", first), "sam");
        var own = await WaitingAsync(scene, "v0.1.0");
        Assert.Equal("sam", own.RequestedBy);
        Assert.Contains("dev", own.Hands!);
        await scene.Server.RefusedAsync("sam", HttpMethod.Post, $"/api/v1/deployments/{own.Id}/approve", new { }, System.Net.HttpStatusCode.Forbidden, "own_change");

        scene.GitHub.GitHub.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "release", Times = -1 });
        var second = await MergeAsync(scene, "more", "More", "major");
        await scene.Server.BuildAsync(second, "two", "main");
        await PublishAsync(scene, await UntilDraftAsync(scene, "v1.0.0", second), "sam");
        await SweepAsync(scene);
        var unknown = await WaitingAsync(scene, "v1.0.0");
        // Who pushed the tag may be known from its push: somebody else is refused all the same.
        var no = await scene.Server.RefusedAsync("kim", HttpMethod.Post, $"/api/v1/deployments/{unknown.Id}/approve", new { }, System.Net.HttpStatusCode.Conflict, "unknown_hand");
        Assert.Contains("promote this version by hand", no.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "P3")]
    public async Task Commit_without_a_build_is_refused_with_words_until_it_has_one()
    {
        await using var scene = await PullScene.StartAsync(web: Web);
        var sha = scene.Web.Refs["refs/heads/main"];
        await CreateAsync(scene, "v1.2.3", draft: false);
        await TestServer.UntilAsync(() => Task.FromResult(StatusOf(scene, sha, "failure")));
        Assert.StartsWith($"web has no build of {sha[..7]}, which v1.2.3 points to", scene.Web.Statuses.Of(sha).Single(s => s.Context == "towpath/release/web").Description, StringComparison.Ordinal);
        Assert.Contains(await scene.Store.Audit.RecentAsync("web", null, 20, default), entry => entry.Action == "release.refused");
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
        // Looked at again, it says the same and is not told again, though GitHub shows only the beginning of it.
        await FollowAsync(scene, scene.Web.Releases.Single());
        await FollowAsync(scene, scene.Web.Releases.Single());
        Assert.Equal(140, Assert.Single(scene.Web.Statuses.Of(sha), s => s.Context == "towpath/release/web").Description!.Length);

        await scene.Server.BuildAsync(sha, "late", "main");
        await SweepAsync(scene);
        await TestServer.UntilAsync(() => Task.FromResult(StatusOf(scene, sha, "success")));
        Assert.NotNull(await scene.Store.Builds.FindByVersionAsync("web", "v1.2.3", default));
    }

    [Fact]
    [Trait("Row", "P3")]
    public async Task Image_gets_the_tag_once_under_its_digest_and_one_that_is_taken_is_refused()
    {
        var registry = new FakeTags();
        await using var scene = await PullScene.StartAsync(web: Container, services: s => s.AddSingleton<IImageTags>(registry));
        var sha = scene.Web.Refs["refs/heads/main"];
        var build = await scene.Server.PostAsync<Build>(
            "dev", "/api/v1/builds", new { application = "web", commit = sha, branch = "main", artifacts = new[] { new { reference = "registry.example.com/acme/web:one" } } }, System.Net.HttpStatusCode.Created);
        await CreateAsync(scene, "v2.0.0", draft: false);
        await TestServer.UntilAsync(() => Task.FromResult(StatusOf(scene, sha, "success")));
        Assert.Equal([$"registry.example.com/acme/web@{build.Digest} v2.0.0"], registry.Tagged);
        Assert.Equal(build.Digest, (await scene.Store.Builds.FindByVersionAsync("web", "v2.0.0", default))!.Digest);

        registry.Taken = Digest.Of("other");
        await CreateAsync(scene, "v2.0.1", draft: false);
        await TestServer.UntilAsync(() => Task.FromResult(StatusOf(scene, sha, "failure")));
        Assert.Null(await scene.Store.Builds.FindByVersionAsync("web", "v2.0.1", default));
    }

    [Fact]
    [Trait("Row", "P2")]
    public async Task Drafts_of_people_and_of_those_who_did_not_ask_are_left_alone_and_so_is_a_name_that_somebody_gave()
    {
        await using var scene = await PullScene.StartAsync(web: Web);
        var own = await CreateAsync(scene, "v9.9.9", draft: true);
        var first = await MergeAsync(scene, "cart", "Cart", "enhancement");
        await scene.Server.BuildAsync(first, "one", "main");
        var draft = await UntilDraftAsync(scene, "v0.1.0", first);
        await scene.CallAsync("dev", HttpMethod.Patch, $"repos/acme/web/releases/{draft.Id}", new JsonObject { ["name"] = "The spring release" });
        var second = await MergeAsync(scene, "more", "More", "major");
        await scene.Server.BuildAsync(second, "two", "main");
        await UntilDraftAsync(scene, "v1.0.0", second);

        Assert.Equal(("The spring release", "v9.9.9", "by hand"), (draft.Name, own.TagName, own.Body));
        Assert.Equal(2, scene.Web.Releases.Count);
    }

    [Fact]
    [Trait("Row", "P2")]
    [Trait("Attack", "markup")]
    public async Task Hostile_titles_are_told_as_text_each_in_a_line_of_its_own()
    {
        await using var scene = await PullScene.StartAsync(web: Web);
        var sha = "";
        foreach (var (title, number) in Hostile.Texts.Select((title, number) => (title, number))) sha = await MergeAsync(scene, $"topic-{number}", title, "enhancement");
        await scene.Server.BuildAsync(sha, "one", "main");
        var draft = await UntilDraftAsync(scene, "v0.1.0", sha);

        Assert.Null(Hostile.HarmIn(draft.Body!));
        Assert.Equal(Hostile.Texts.Count, draft.Body!.Split('\n').Count(line => line.StartsWith("- ", StringComparison.Ordinal)));
        Assert.Single(scene.Web.Releases);
    }

    [Fact]
    [Trait("Row", "P1")]
    public async Task What_nobody_merged_is_in_no_draft()
    {
        await using var scene = await PullScene.StartAsync(web: Web);
        var pull = await scene.PullAsync();
        await scene.AskAsync(pull, "/deploy dev");
        await scene.Server.UntilSucceededAsync("dev");
        await SweepAsync(scene);
        var merged = await MergeAsync(scene, "cart", "Cart", "enhancement");
        await scene.Server.BuildAsync(merged, "one", "main");
        var draft = await UntilDraftAsync(scene, "v0.1.0", merged);
        Assert.DoesNotContain("Topic", draft.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /repos/*/releases", FaultKind.DropAfter, "draft")]
    [InlineData("GET /repos/*/releases", FaultKind.DropBefore, "draft")]
    [InlineData("POST /repos/*/statuses/*", FaultKind.DropAfter, "published")]
    [InlineData("GET /repos/*/git/ref/*", FaultKind.DropBefore, "published")]
    [Trait("Row", "P1")]
    [Trait("Row", "P3")]
    public async Task Interrupted_and_done_again_there_is_one_draft_and_one_version(string call, FaultKind kind, string when)
    {
        await using var scene = await PullScene.StartAsync(web: Web);
        var sha = await MergeAsync(scene, "cart", "Cart", "enhancement");
        var fault = new ScriptedFault { Kind = kind, On = call, Times = 4 };
        if (when == "draft") scene.GitHub.GitHub.Script.Add(fault);
        await scene.Server.BuildAsync(sha, "one", "main");
        var draft = await UntilDraftAsync(scene, "v0.1.0", sha);
        if (when == "published") scene.GitHub.GitHub.Script.Add(fault);
        await PublishAsync(scene, draft);
        await TestServer.UntilAsync(() => Task.FromResult(StatusOf(scene, sha, "success")));
        await scene.Server.UntilSucceededAsync("staging");
        await SweepAsync(scene);

        Assert.Single(scene.Web.Releases);
        Assert.Equal(2, (await scene.Store.Builds.OfCommitAsync("web", sha, default)).Count);
        Assert.Single(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web", "staging"), default));
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Lost_deliveries_are_made_good_by_the_next_look()
    {
        await using var scene = await PullScene.StartAsync(web: Web);
        scene.GitHub.GitHub.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "release", Times = -1 });
        var sha = await MergeAsync(scene, "cart", "Cart", "enhancement");
        await scene.Server.BuildAsync(sha, "one", "main");
        await PublishAsync(scene, await UntilDraftAsync(scene, "v0.1.0", sha));
        await SweepAsync(scene);
        await scene.Server.UntilSucceededAsync("staging");
        Assert.NotNull(await scene.Store.Builds.FindByVersionAsync("web", "v0.1.0", default));
    }

    /// <summary>A pull request from a branch of its own, with a label, merged; the commit that main stands at then.</summary>
    private static async Task<string> MergeAsync(PullScene scene, string branch, string title, string label)
    {
        var pull = await scene.PullAsync(branch, built: false, title: title, labels: label);
        await scene.CallAsync("dev", HttpMethod.Put, $"repos/acme/web/pulls/{pull.Number}/merge");
        await scene.GitHub.SettledAsync();
        return scene.Web.Refs["refs/heads/main"];
    }

    private static async Task<Release> CreateAsync(PullScene scene, string tag, bool draft)
    {
        var made = await scene.CallAsync("dev", HttpMethod.Post, "repos/acme/web/releases", new JsonObject { ["tag_name"] = tag, ["body"] = "by hand", ["draft"] = draft });
        return scene.Web.Releases.Single(r => r.Id == (long)made["id"]!);
    }

    private static Task<Deployment> WaitingAsync(PullScene scene, string version) => TestServer.UntilAsync(
        async () => (await scene.Store.Deployments.ListAsync(new DeploymentFilter("web", "production", [Phase.Waiting]), default)).FirstOrDefault(d => d.Version == version),
        what: $"{version} waits for production");

    private static Task<JsonNode> PublishAsync(PullScene scene, Release release, string by = "dev") => scene.CallAsync(by, HttpMethod.Patch, $"repos/acme/web/releases/{release.Id}", new JsonObject { ["draft"] = false });

    private static Task<Release> UntilDraftAsync(PullScene scene, string tag, string sha) => TestServer.UntilAsync(
        () =>
        {
            lock (scene.GitHub.World.Gate)
                return Task.FromResult(scene.Web.Releases.Find(r => r.IsDraft && r.TagName == tag && r.Target == sha && r.Body?.StartsWith(ReleaseDrafts.Marker("web"), StringComparison.Ordinal) == true));
        },
        what: $"draft {tag} of {sha}");

    private static string? StatusOf(PullScene scene, string sha, string state)
    {
        lock (scene.GitHub.World.Gate) return scene.Web.Statuses.Of(sha).LastOrDefault(s => s.Context == "towpath/release/web")?.State == state ? state : null;
    }

    /// <summary>What one node does every ten minutes.</summary>
    private static Task<CommitOutcome> SweepAsync(PullScene scene) => scene.Store.CommitAsync(new Commit
    {
        Changes = [new Change.EnqueueOnce(new WorkItem { Kind = Queues.Recurring, Queue = Queues.Named("sweep-releases"), Subject = "sweep-releases" })],
    }, default);

    /// <summary>Has a published release looked at, and waits until that is done.</summary>
    private static async Task FollowAsync(PullScene scene, Release release)
    {
        await scene.Store.CommitAsync(new Commit { Changes = [PublishedWork.Of(scene.Web.Id, release.Id)] }, default);
        await TestServer.UntilAsync(async () => (await scene.Store.Deployments.LineAsync(new EnvironmentKey($"{PublishedWork.Kind}:{scene.Web.Id}", $"{release.Id}"), default)).Count == 0 ? "done" : null);
    }

    private sealed class FakeTags : IImageTags
    {
        public string Scheme => ArtifactScheme.Oci;

        public ConcurrentQueue<string> Tagged { get; } = [];

        public Digest? Taken { get; set; }

        public Task<TagResult> TagAsync(string repository, Digest digest, string tag, CancellationToken cancellationToken)
        {
            if (Taken is { } other) return Task.FromResult<TagResult>(new TagResult.Conflict(other));
            Tagged.Enqueue($"{repository}@{digest} {tag}");
            return Task.FromResult<TagResult>(new TagResult.Tagged());
        }
    }
}
