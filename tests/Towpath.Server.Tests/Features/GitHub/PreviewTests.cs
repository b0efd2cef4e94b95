using System.Net;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Features.GitHub.Previews;
using Towpath.Server.Tests.Scene;
using Towpath.Engine.Tests.Storage;
using Towpath.Testing;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>Previews by label: their beginning, their pushes and their end, with deliveries and without.</summary>
[Trait("Row", "P4")]
public sealed class PreviewTests(PostgresServer postgres)
{
    private const string Previews = """
        previews:
          label: deploy
          expire: 7d
          target: { kind: fake, secret: "env:PR_{pr}" }
          targets:
            qa: { kind: fake, secret: "env:QA_{pr}" }
        """;

    private readonly FakeRemoval _removal = new();

    [Fact]
    public async Task Comment_says_where_previews_and_deployments_are_found_as_their_specs_say()
    {
        var web = Folder.Web.Replace("title: The web", "title: The web\nrepository: acme/web", StringComparison.Ordinal)
            .Replace("  free:\n", "  free:\n    url: https://free.example.com/start\n", StringComparison.Ordinal) + "\n" + Previews.Replace("  expire: 7d", "  url: \"https://{environment}.example.com/{pr}\"", StringComparison.Ordinal);
        await using var scene = await PullScene.StartAsync(web: web);
        var pull = await scene.PullAsync(labels: "deploy/qa");
        await scene.UntilShownAsync(pull.Issue, "[See it](<https://pr-1-qa.example.com/1>)");
        await scene.SayAsync(pull, "/deploy free");
        await scene.UntilShownAsync(pull.Issue, "[See it](<https://free.example.com/start>)");
    }

    [Theory]
    [InlineData("deploy", "pr-1", false)]
    [InlineData("deploy/qa", "pr-1-qa", true)]
    public async Task Label_deploys_each_push_brings_it_up_to_date_and_taking_the_label_off_ends_it(string label, string slot, bool onPostgres)
    {
        await using var scene = await StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        var pull = await scene.PullAsync(labels: label);
        await scene.UntilShownAsync(pull.Issue, $"web/{slot}: succeeded");
        Assert.Equal(pull.HeadSha, (await NewestAsync(scene, slot)).Commit);

        var pushed = scene.Web.Push("topic", new Dictionary<string, string?> { ["more.txt"] = "x" }, "more", "dora");
        await scene.UntilShownAsync(pull.Issue, $"waits for CI's build of {pushed.Sha[..7]}");
        Assert.True(scene.Shows(pull.Issue, $"web/{slot}: succeeded"));
        await scene.Server.BuildAsync(pushed.Sha, "more", "topic");
        await TestServer.UntilAsync(async () => await NewestAsync(scene, slot) is { Phase: Phase.Succeeded } d && d.Commit == pushed.Sha ? d : null);

        await scene.CallAsync("dev", HttpMethod.Delete, $"repos/acme/web/issues/{pull.Number}/labels/{Uri.EscapeDataString(label)}");
        await scene.UntilShownAsync(pull.Issue, $"Preview web/{slot}: it has ended: the label was taken off; gone: all of it.");
        Assert.Equal([$"web/{slot}"], _removal.Removed);
        Assert.Null((await scene.Store.Environments.GetAsync(new EnvironmentKey("web", slot), default)).Running);
        Assert.False(scene.Shows(pull.Issue, $"web/{slot}: succeeded"));
        Assert.Single(scene.Own(pull.Issue));
        Assert.Contains(await scene.Store.Audit.RecentAsync("web", null, 20, default), entry => entry.Action == "preview.ended" && entry.Environment == slot);

        await TestServer.UntilAsync(() => Task.FromResult(StatesOf(scene, slot) is { Count: > 0 } states && states.All(state => state == "inactive") ? "inactive" : null));

        await scene.LabelAsync(pull.Number, label);
        await scene.UntilShownAsync(pull.Issue, $"web/{slot}: succeeded");
        Assert.Equal(3, (await scene.Store.Deployments.ListAsync(new DeploymentFilter("web", slot), default)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_put_there_is_taken_away_however_many_later_deployments_came_to_nothing(bool isRunningKnown)
    {
        await using var scene = await StartAsync();
        var pull = await scene.PullAsync(labels: "deploy");
        await scene.UntilShownAsync(pull.Issue, "web/pr-1: succeeded");
        var there = await NewestAsync(scene, "pr-1");
        var later = Enumerable.Range(1, 51).Select(i => there with { Id = new DeploymentId(Guid.CreateVersion7(there.RequestedAt.AddMinutes(i)).ToString("N")), Phase = Phase.Failed, Switched = false });
        var changes = later.Select(Change (failed) => new Change.InsertDeployment(failed)).ToList();
        if (!isRunningKnown) changes.Add(new Change.SetRunning(there.Key, null, Succeeded: false));
        Assert.IsType<CommitOutcome.Committed>(await scene.Store.CommitAsync(new Commit { Changes = changes }, default));

        await CloseAsync(scene, pull);
        await scene.UntilShownAsync(pull.Issue, "it has ended: the pull request was closed; gone: all of it");
        Assert.Equal(["web/pr-1"], _removal.Removed);
    }

    [Theory]
    [InlineData(false, "the pull request was closed")]
    [InlineData(true, "the pull request was merged")]
    public async Task Closing_and_merging_end_it(bool merged, string why)
    {
        await using var scene = await StartAsync();
        var pull = await scene.PullAsync(labels: "deploy");
        await scene.UntilShownAsync(pull.Issue, "web/pr-1: succeeded");
        if (merged) await scene.CallAsync("dev", HttpMethod.Put, $"repos/acme/web/pulls/{pull.Number}/merge");
        else await CloseAsync(scene, pull);
        await scene.UntilShownAsync(pull.Issue, $"it has ended: {why}");
        Assert.Single(_removal.Removed);
    }

    [Fact]
    public async Task It_ends_once_nothing_happened_in_the_pull_request_for_as_long_as_the_spec_says()
    {
        var clock = new HandClock();
        await using var scene = await StartAsync(clock: clock);
        var pull = await scene.PullAsync(labels: "deploy");
        await scene.UntilShownAsync(pull.Issue, "web/pr-1: succeeded");
        // GitHub tells whole seconds, and comments are news in the pull request, too.
        clock.Advance(TimeSpan.FromDays(6));
        await SweepAsync(scene);
        await TestServer.UntilAsync(async () => await scene.IsQuietAsync(pull.Number) ? "quiet" : null);
        Assert.Empty(_removal.Removed);

        clock.Advance(TimeSpan.FromDays(2));
        await SweepAsync(scene);
        await scene.UntilShownAsync(pull.Issue, "it has ended: nothing happened in the pull request since");
        Assert.Equal(["web/pr-1"], _removal.Removed);
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Lost_deliveries_are_made_good_by_the_next_look()
    {
        // Only the looks that this test asks for.
        await using var scene = await StartAsync(settings: options => options with { Engine = options.Engine with { Recurring = false } });
        scene.GitHub.GitHub.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "pull_request", Times = -1 });
        var pull = await scene.PullAsync(labels: "deploy");
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
        await SweepAsync(scene);
        await scene.UntilShownAsync(pull.Issue, "web/pr-1: succeeded");

        await CloseAsync(scene, pull);
        await SweepAsync(scene);
        await scene.UntilShownAsync(pull.Issue, "it has ended: the pull request was closed");
        Assert.Single(_removal.Removed);
        await SweepAsync(scene);
        await TestServer.UntilAsync(async () => await scene.IsQuietAsync(pull.Number) ? "quiet" : null);
        Assert.Single(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Fact]
    [Trait("Attack", "markup")]
    public async Task Hostile_labels_ask_for_nothing_and_are_told_as_text()
    {
        await using var scene = await StartAsync();
        var pull = await scene.PullAsync();
        // GitHub's labels have at most 50 characters.
        string[] labels = [.. Hostile.Texts.Concat(Hostile.Refs).Concat(["..", "../../etc", "qa/../qa", "pr-1", "/"]).Select(text => $"deploy/{text}").Select(label => label.Length > 50 ? label[..50] : label)];
        foreach (var label in labels) await scene.LabelAsync(pull.Number, label);
        await scene.LabelAsync(pull.Number, "deploy/qa");
        await scene.UntilShownAsync(pull.Issue, "web/pr-1-qa: succeeded");
        await TestServer.UntilAsync(async () => await scene.IsQuietAsync(pull.Number) ? "quiet" : null);

        Assert.All(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default), deployment => Assert.Equal("pr-1-qa", deployment.Key.Environment));
        Assert.Null(Hostile.HarmIn(Assert.Single(scene.Own(pull.Issue)).Body[StatusComment.Marker.Length..]));
        await CloseAsync(scene, pull);
        await scene.UntilShownAsync(pull.Issue, "web/pr-1-qa: it has ended: the pull request was closed");
        Assert.Equal(["web/pr-1-qa"], _removal.Removed);
    }

    [Fact]
    public async Task Fork_gets_none_and_is_told_so()
    {
        await using var scene = await StartAsync();
        var pull = await scene.ForkedPullAsync();
        await scene.Server.BuildAsync(pull.HeadSha, "evil");
        await scene.LabelAsync(pull.Number, "deploy", "deploy/qa");
        await scene.UntilShownAsync(pull.Issue, "this pull request comes from a fork");
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
        await scene.Server.RefusedAsync("dev", HttpMethod.Post, "/api/v1/promotions", new { application = "web", environment = "pr-1" }, HttpStatusCode.Forbidden, "fork");
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Fact]
    public async Task By_hand_only_to_pull_requests_that_there_are_and_that_are_open_and_it_ends_with_them()
    {
        await using var scene = await StartAsync();
        var pull = await scene.PullAsync();
        await scene.Server.RefusedAsync("dev", HttpMethod.Post, "/api/v1/promotions", new { application = "web", environment = "pr-99" }, HttpStatusCode.NotFound, "no_such_pull_request");
        var asked = await scene.Server.PromoteAsync("pr-1");
        await scene.Server.UntilAsync(asked.Id, Phase.Succeeded);

        await CloseAsync(scene, pull);
        await TestServer.UntilAsync(() => Task.FromResult(_removal.Removed.IsEmpty ? null : "gone"));
        await scene.Server.RefusedAsync("dev", HttpMethod.Post, "/api/v1/promotions", new { application = "web", environment = "pr-1" }, HttpStatusCode.Conflict, "pull_request_closed");
        await scene.Server.RefusedAsync("dev", HttpMethod.Post, "/api/v1/rollbacks", new { application = "web", environment = "pr-1" }, HttpStatusCode.Conflict, "pull_request_closed");
    }

    [Fact]
    public async Task Without_a_build_it_waits_and_without_the_label_it_stops_waiting()
    {
        await using var scene = await StartAsync();
        var pull = await scene.PullAsync(built: false, labels: ["deploy", "deploy/nowhere"]);
        await scene.UntilShownAsync(pull.Issue, $"Preview web/pr-1: waits for CI's build of {pull.HeadSha[..7]}.");
        await scene.UntilShownAsync(pull.Issue, "the label names no target of 'previews'; known: 'deploy', 'deploy/qa'");
        await scene.CallAsync("dev", HttpMethod.Delete, $"repos/acme/web/issues/{pull.Number}/labels/deploy");
        await scene.UntilShownAsync(pull.Issue, "Preview web/pr-1: it is not asked for any longer.");
        Assert.Empty(_removal.Removed);
    }

    [Fact]
    [Trait("Row", "T14")]
    public async Task Hostile_labels_are_told_as_text_and_keep_no_other_preview_from_standing()
    {
        await using var scene = await StartAsync();
        string[] hostile = ["deploy/a/b", "deploy/@kim <img src=x>", "deploy/`id` $(id) | x", "deploy/../../etc", "deploy/<!-- towpath:status -->"];
        var pull = await scene.PullAsync(labels: ["deploy", .. hostile]);
        var body = await scene.UntilShownAsync(pull.Issue, "web/pr-1: succeeded");
        await scene.UntilShownAsync(pull.Issue, "Preview web/pr-1-a/b: there is none: the label names no target");
        foreach (var label in hostile) await scene.CallAsync("dev", HttpMethod.Delete, $"repos/acme/web/issues/{pull.Number}/labels/{Uri.EscapeDataString(label)}");
        await scene.UntilShownAsync(pull.Issue, "Preview web/pr-1-a/b: it is not asked for any longer");

        Assert.DoesNotContain("@kim", body, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", body, StringComparison.Ordinal);
        Assert.Equal(2, body.Split("<!-- towpath:status -->").Length);
        Assert.Single(scene.Own(pull.Issue));
        Assert.Equal(["pr-1"], (await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default)).Select(d => d.Key.Environment));
    }

    [Fact]
    public async Task What_cannot_be_reached_is_taken_away_later_and_what_stays_is_said()
    {
        await using var scene = await StartAsync();
        _removal.Answers.Enqueue(new RemovalResult.Refused("it does not answer", RefusalKind.Technical));
        _removal.Answers.Enqueue(new RemovalResult.Refused("the bucket of @acme stays", RefusalKind.No));
        var pull = await scene.PullAsync(labels: "deploy");
        await scene.UntilShownAsync(pull.Issue, "web/pr-1: succeeded");
        await CloseAsync(scene, pull);
        await scene.UntilShownAsync(pull.Issue, "it has ended: the pull request was closed; the bucket of @acme stays");
        Assert.DoesNotContain("@acme", scene.Own(pull.Issue)[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taken_out_of_the_spec_it_ends_and_what_stays_is_said()
    {
        await using var scene = await StartAsync();
        var pull = await scene.PullAsync(labels: "deploy");
        await scene.UntilShownAsync(pull.Issue, "web/pr-1: succeeded");
        scene.Server.Folder.Write("apps/web.yaml", Folder.Web.Replace("title: The web", "repository: acme/web", StringComparison.Ordinal));
        await TestServer.UntilAsync(async () =>
            (await scene.Server.Running.Services.GetRequiredService<Configurations>().CurrentAsync(default)).FindApplication("web")!.Previews is null ? "taken up" : null);
        await SweepAsync(scene);
        await scene.UntilShownAsync(pull.Issue, "the application has no previews any more; the app's spec no longer says where it was");
    }

    [Theory]
    [InlineData("GET /repos/*/pulls/*", FaultKind.DropBefore)]
    [InlineData("GET /repos/*/pulls/*", FaultKind.ErrorAfter)]
    [InlineData("POST /repos/*/issues/*/comments", FaultKind.DropAfter)]
    public async Task Interrupted_it_ends_the_same(string call, FaultKind kind)
    {
        await using var scene = await StartAsync();
        scene.GitHub.GitHub.Script.Add(new ScriptedFault { Kind = kind, On = call, Times = 4 });
        var pull = await scene.PullAsync(labels: "deploy");
        await scene.UntilShownAsync(pull.Issue, "web/pr-1: succeeded");
        Assert.Single(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
        await CloseAsync(scene, pull);
        await scene.UntilShownAsync(pull.Issue, "it has ended: the pull request was closed");
        Assert.Single(scene.Own(pull.Issue));
        Assert.Single(_removal.Removed);
    }

    private Task<PullScene> StartAsync(string? database = null, Func<ServerOptions, ServerOptions>? settings = null, TimeProvider? clock = null) =>
        PullScene.StartAsync(Previews, database, services: s => s.AddSingleton<ITargetRemoval>(_removal), settings: settings, clock: clock);

    private static Task<JsonNode> CloseAsync(PullScene scene, Pull pull) => scene.CallAsync("dev", HttpMethod.Patch, $"repos/acme/web/pulls/{pull.Number}", new JsonObject { ["state"] = "closed" });

    /// <summary>What GitHub shows of a slot's deployments.</summary>
    private static List<string?> StatesOf(PullScene scene, string slot)
    {
        lock (scene.GitHub.World.Gate) return [.. scene.Web.Deployments.All.Where(d => d.Environment == slot).Select(d => d.Statuses.LastOrDefault()?.State)];
    }

    private static async Task<Deployment> NewestAsync(PullScene scene, string slot) => (await scene.Store.Deployments.ListAsync(new DeploymentFilter("web", slot, Limit: 1), default))[0];

    /// <summary>What one node does every ten minutes.</summary>
    private static Task SweepAsync(PullScene scene) => scene.Server.Running.Services.GetServices<IRecurringWork>().OfType<SweepPreviews>().Single().RunAsync(null!, CancellationToken.None);
}
