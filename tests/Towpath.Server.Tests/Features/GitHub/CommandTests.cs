using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Tests.Scene;
using Towpath.Testing;
using Towpath.Engine.Tests.Storage;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>Commands in comments of pull requests, from the delivery to the comment that follows the deployment.</summary>
[Trait("Row", "D5")]
public sealed class CommandTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deploy_is_noticed_asked_for_once_and_followed_in_one_comment(bool onPostgres)
    {
        await using var scene = await PullScene.StartAsync(database: onPostgres ? await postgres.CreateAsync() : null);
        var pull = await scene.PullAsync();
        var comment = await scene.SayAsync(pull, "> shall we?\n\n/deploy dev");
        var command = await scene.AnsweredAsync(comment);

        Assert.Equal(PullCommandState.Accepted, command.State);
        var body = await scene.UntilShownAsync(pull.Issue, "web/dev: succeeded");
        Assert.Equal("eyes rocket", scene.Reactions(comment));
        Assert.Single(scene.Own(pull.Issue));
        Assert.StartsWith(StatusComment.Marker, body, StringComparison.Ordinal);
        Assert.Contains("| switch | done |", body, StringComparison.Ordinal);
        Assert.Contains($"{scene.Server.Running.Started.Urls[0]}/deployments/{command.Deployment}", body, StringComparison.Ordinal);
        var deployment = Assert.Single(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
        Assert.Equal((pull.HeadSha, "dev", Origin.Manual, new PullReference(scene.Web.Id, pull.Number)), (deployment.Commit, deployment.RequestedBy, deployment.Origin, deployment.Pull));
    }

    [Fact]
    public async Task Request_meets_the_gates_that_any_other_meets_and_the_comment_goes_on_with_it()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        var asked = await scene.AskAsync(pull, "/deploy staging");

        await scene.UntilShownAsync(pull.Issue, "web/staging: waiting");
        var body = Assert.Single(scene.Own(pull.Issue)).Body;
        Assert.Contains("must first succeed in dev", body, StringComparison.Ordinal);
        Assert.Contains("staff", body, StringComparison.Ordinal);
        await scene.Server.PromoteAsync("dev");
        await scene.Server.UntilSucceededAsync("dev");
        await scene.Server.SendAsync("sam", HttpMethod.Post, $"/api/v1/deployments/{asked.Deployment}/approve", new { });
        await scene.UntilShownAsync(pull.Issue, "web/staging: succeeded");
        Assert.Single(scene.Own(pull.Issue));
    }

    [Theory]
    [InlineData("dora", true, null)]
    [InlineData("dev", true, null)]
    [InlineData("lee", false, "needs the role developer or administrator")]
    [InlineData("kim", false, "needs the role developer or administrator")]
    public async Task Both_GitHub_and_the_roles_must_allow_it(string login, bool allowed, string? why)
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        await scene.Server.PromoteAsync("free");
        await scene.Server.UntilSucceededAsync("free");
        foreach (var command in new[] { "/deploy dev", "/promote dev", "/rollback free", "/lock dev because", "/unlock dev" })
        {
            var answer = await scene.AskAsync(pull, command, login);
            if (allowed && command != "/rollback free") Assert.Equal((command, PullCommandState.Accepted), (command, answer.State));
            else Assert.Equal((command, PullCommandState.Refused), (command, answer.State));
            if (why is not null) Assert.Contains(why, answer.Note, StringComparison.Ordinal);
        }

        var changed = await scene.Store.Deployments.ListAsync(new DeploymentFilter("web", "dev"), default);
        Assert.Equal(allowed, changed.Count > 0);
        Assert.Null((await scene.Store.Environments.GetAsync(new EnvironmentKey("web", "dev"), default)).Lock);
        // Seeing is for whoever has any role.
        Assert.Equal(login is "dora" or "dev" or "kim", (await scene.AskAsync(pull, "/status", login)).State == PullCommandState.Accepted);
    }

    [Fact]
    public async Task Whoever_may_not_write_there_gets_no_answer_and_takes_nothing_from_those_who_may()
    {
        await using var scene = await PullScene.StartAsync();
        scene.Web.IsPrivate = false;
        var pull = await scene.PullAsync();
        await scene.AskAsync(pull, "/deploy dev");
        var shown = await scene.UntilShownAsync(pull.Issue, "web/dev: succeeded");
        foreach (var written in new[] { "/deploy free", "/lock dev mine", "/status", "/help", "/depoly dev" })
        foreach (var login in new[] { "nobody", "vera", "tria", "ada" })
            await scene.IsPassedOverAsync(await scene.SayAsync(pull, written, login));

        Assert.Equal(shown, Assert.Single(scene.Own(pull.Issue)).Body);
        Assert.Single(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Fact]
    public async Task Refusals_push_no_deployment_out_of_the_comment()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        await scene.AskAsync(pull, "/deploy dev");
        await scene.UntilShownAsync(pull.Issue, "web/dev: succeeded");
        var refused = Enumerable.Range(1, 60).Select(i => Written(scene, pull.Number, scene.GitHub.World.NextId()) with { State = PullCommandState.Refused, Note = $"no {i}" });
        await scene.Store.CommitAsync(new Commit { Changes = [.. refused.Select(c => new Change.AddPullCommand(c))] }, default);
        await scene.AskAsync(pull, "/deploy nowhere");

        Assert.True(scene.Shows(pull.Issue, "web/dev: succeeded"));
    }

    [Fact]
    public async Task App_gives_no_command_in_the_name_of_a_person()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        var other = scene.GitHub.World.Apps.Create("other", "acme");
        other.Permissions["issues"] = other.Permissions["pull_requests"] = "write";
        other.Install("acme");
        await scene.IsPassedOverAsync(await scene.SayAsync(pull, "/deploy dev", by: other));
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Fact]
    public async Task Lock_holds_for_a_while_unlock_lets_go_and_status_tells()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        var key = new EnvironmentKey("web", "dev");

        await scene.AskAsync(pull, "/lock dev for 2h the demo of @acme/everyone");
        var held = (await scene.Store.Environments.GetAsync(key, default)).Lock!;
        Assert.Equal(("dev", "the demo of @acme/everyone", TimeSpan.FromHours(2)), (held.Owner, held.Reason, held.ExpiresAt - held.LockedAt));
        Assert.Contains("locked by dev", (await scene.AskAsync(pull, "/status web/dev", "dora")).Note, StringComparison.Ordinal);
        Assert.Contains("Ask dev to unlock it", (await scene.AskAsync(pull, "/unlock dev", "dora")).Note, StringComparison.Ordinal);
        Assert.Equal(PullCommandState.Accepted, (await scene.AskAsync(pull, "/unlock dev")).State);
        Assert.Null((await scene.Store.Environments.GetAsync(key, default)).Lock);
        Assert.DoesNotContain("@acme", Assert.Single(scene.Own(pull.Issue)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promote_takes_the_newest_that_may_go_on_and_rollback_the_one_before()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        Assert.Contains("no build of web has succeeded in dev yet", (await scene.AskAsync(pull, "/promote staging")).Note, StringComparison.Ordinal);
        var first = await scene.AskAsync(pull, "/deploy free");
        await scene.Server.UntilAsync(first.Deployment!, Phase.Succeeded);
        await scene.Server.BuildAsync(TestServer.Commit1, "newer");
        var second = await scene.AskAsync(pull, "/promote free");
        Assert.Equal("sha-1111111", (await scene.Server.UntilAsync(second.Deployment!, Phase.Succeeded)).Version);
        var back = await scene.AskAsync(pull, "/rollback free");
        var view = await scene.Server.UntilAsync(back.Deployment!, Phase.Succeeded);

        Assert.Equal((pull.HeadSha, Origin.Rollback), (view.Commit, view.Origin));
        Assert.Contains("never succeeded", (await scene.AskAsync(pull, "/rollback free v9")).Note, StringComparison.Ordinal);
        Assert.Contains("has no version 'v9'", (await scene.AskAsync(pull, "/promote free v9")).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_followed_is_said_with_what_would_be_right()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync(built: false);
        (string Written, string Answer)[] cases =
        [
            ("/deploy dev", "has no build of"), ("/deploy nowhere", "There is no environment 'nowhere'. Known: dev, staging, production, free."), ("/deploy other/live", "is no application of this repository"),
            ("/depoly dev", "did you mean /deploy ENV?"), ("/deploy", "the environment is missing"), ("/deploy <b>", "cannot be the name of an environment"), ("/lock dev", "the reason is missing"),
        ];
        foreach (var (written, expected) in cases)
        {
            var answer = await scene.AskAsync(pull, written);
            Assert.Equal((written, PullCommandState.Refused), (written, answer.State));
            Assert.Contains(expected, answer.Note, StringComparison.Ordinal);
        }

        Assert.Equal(PullCommandState.Accepted, (await scene.AskAsync(pull, "/help")).State);
        Assert.Contains("| `/deploy ENV` |", await scene.UntilShownAsync(pull.Issue, "what can be written here"), StringComparison.Ordinal);
        Assert.Single(scene.Own(pull.Issue));
    }

    [Fact]
    public async Task Bots_edits_and_commands_further_down_are_not_followed()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        var talk = await scene.SayAsync(pull, "I would say\n/deploy dev");
        await scene.CallAsync("dev", HttpMethod.Patch, $"repos/acme/web/issues/comments/{talk.Id}", new JsonObject { ["body"] = "/deploy dev" });
        var theirs = await scene.SayAsync(pull, "/retest all");
        await scene.GitHub.SettledAsync();
        // Nothing was written down of them, so there is nothing that could still come.
        foreach (var comment in new[] { talk, theirs }) Assert.Null(await scene.Store.Facts.CommandAsync(scene.Web.Id, comment.Id, default));
        foreach (var state in Enum.GetValues<PullCommandState>()) Assert.Empty(await scene.Store.Facts.CommandsAsync(scene.Web.Id, pull.Number, state, 10, default));
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Pull_request_from_a_fork_changes_nothing_whoever_asks()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.ForkedPullAsync();
        await scene.Server.BuildAsync(pull.HeadSha, "evil");
        foreach (var command in new[] { "/deploy free", "/promote free", "/rollback free", "/lock free so", "/unlock free" })
        {
            var answer = await scene.AskAsync(pull, command, "dora");
            Assert.Equal((command, PullCommandState.Refused), (command, answer.State));
            Assert.Contains("comes from a fork", answer.Note, StringComparison.Ordinal);
        }

        await scene.IsPassedOverAsync(await scene.SayAsync(pull, "/deploy free", "eve"));
        Assert.Equal(PullCommandState.Accepted, (await scene.AskAsync(pull, "/status", "dora")).State);
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Fact]
    public async Task Push_between_comment_and_answer_is_noticed()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        var release = new TaskCompletionSource();
        scene.GitHub.GitHub.Script.OnBefore = call => call.Route?.Name.EndsWith("/permission", StringComparison.Ordinal) == true ? release.Task : Task.CompletedTask;
        var comment = await scene.SayAsync(pull, "/deploy dev");
        await scene.GitHub.SettledAsync();
        var pushed = scene.Web.Push("topic", new Dictionary<string, string?> { ["more.txt"] = "x" }, "unseen", "dora");
        await scene.Server.BuildAsync(pushed.Sha, "unseen");
        release.SetResult();

        var answer = await scene.AnsweredAsync(comment);
        Assert.Equal(PullCommandState.Refused, answer.State);
        Assert.Contains($"it stands at {pushed.Sha[..7]} now", answer.Note, StringComparison.Ordinal);
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Fact]
    public async Task Push_that_was_told_before_an_earlier_comment_is_not_what_the_comment_meant()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        scene.GitHub.GitHub.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Hold, Event = "issue_comment" });
        scene.GitHub.GitHub.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "push" });
        var comment = await scene.SayAsync(pull, "/deploy dev");
        scene.GitHub.World.Time.Advance(TimeSpan.FromSeconds(1));
        var pushed = scene.Web.Push("topic", new Dictionary<string, string?> { ["more.txt"] = "x" }, "unseen", "dora");
        await scene.Server.BuildAsync(pushed.Sha, "unseen");
        await TestServer.UntilAsync(async () => (await scene.Store.Facts.PullAsync(scene.Web.Id, pull.Number, default))?.HeadSha == pushed.Sha ? "told" : null);
        scene.GitHub.World.Outbox.Release();

        var answer = await scene.AnsweredAsync(comment);
        Assert.Equal(PullCommandState.Refused, answer.State);
        Assert.Contains($"It stands at {pushed.Sha[..7]} now", answer.Note, StringComparison.Ordinal);
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Theory]
    [InlineData(true, true, 0, "something was pushed to the pull request after that")]
    [InlineData(true, true, 1, null)]
    [InlineData(false, true, 0, "something was pushed to the pull request after that")]
    [InlineData(false, true, 1, null)]
    [InlineData(false, false, 1, "had not heard where the pull request stood")]
    public async Task Deploy_goes_on_only_where_it_is_known_that_the_commit_was_there_before_the_comment(bool pullIsKnown, bool branchIsKnown, int seconds, string? why)
    {
        await using var scene = await PullScene.StartAsync();
        var events = scene.GitHub.World.Apps.All.Single().Events;
        events.Remove("issue_comment");
        if (!branchIsKnown) events.Remove("push");
        var pull = await scene.PullAsync();
        var comment = await scene.SayAsync(pull, "/deploy dev");
        var pushed = (await scene.Store.Facts.RefAsync(scene.Web.Id, "refs/heads/topic", default))?.At ?? TimeProvider.System.GetUtcNow();
        var command = Written(scene, pull.Number, comment.Id) with { HeadSha = pullIsKnown ? pull.HeadSha : null, At = pushed.AddSeconds(seconds) };
        await scene.Store.CommitAsync(new Commit { Changes = [new Change.AddPullCommand(command), Server.Features.GitHub.Commands.CommandWork.Of(command)] }, default);

        var answer = await scene.AnsweredAsync(comment);
        Assert.Equal(why is null ? PullCommandState.Accepted : PullCommandState.Refused, answer.State);
        if (why is not null) Assert.Contains(why, answer.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comment_that_was_taken_back_is_not_followed()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        scene.GitHub.World.Apps.All.Single().Events.Remove("issue_comment");
        var comment = await scene.SayAsync(pull, "/deploy dev");
        await scene.CallAsync("dev", HttpMethod.Delete, $"repos/acme/web/issues/comments/{comment.Id}");
        await scene.Store.CommitAsync(new Commit
        {
            Changes = [new Change.AddPullCommand(Written(scene, pull.Number, comment.Id)), Server.Features.GitHub.Commands.CommandWork.Of(Written(scene, pull.Number, comment.Id))],
        }, default);

        await scene.IsPassedOverAsync(comment);
        Assert.Empty(scene.Own(pull.Issue));
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Fact]
    public async Task Login_that_is_another_persons_now_counts_for_nothing()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        scene.GitHub.World.Apps.All.Single().Events.Remove("issue_comment");
        var comment = await scene.SayAsync(pull, "/deploy dev");
        var command = Written(scene, pull.Number, comment.Id) with { AuthorId = 1 };
        await scene.Store.CommitAsync(new Commit { Changes = [new Change.AddPullCommand(command), Server.Features.GitHub.Commands.CommandWork.Of(command)] }, default);

        await scene.IsPassedOverAsync(comment);
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    [Theory]
    [InlineData("GET /repos/*/permission")]
    [InlineData("POST /repos/*/reactions")]
    [InlineData("GET /repos/*/pulls/*")]
    [InlineData("GET /repos/*/issues/*/comments")]
    [InlineData("POST /repos/*/issues/*/comments")]
    [InlineData("PATCH /repos/*/issues/comments/*")]
    public async Task Interrupted_before_and_after_every_call_it_ends_the_same(string call)
    {
        foreach (var kind in new[] { FaultKind.DropBefore, FaultKind.DropAfter })
        {
            await using var scene = await PullScene.StartAsync();
            var pull = await scene.PullAsync();
            scene.GitHub.World.Apps.All.Single().Events.Remove("issue_comment");
            var comment = await scene.SayAsync(pull, "/deploy dev");
            // Calls that may be made twice are made three times before the row fails.
            scene.GitHub.GitHub.Script.Add(new ScriptedFault { Kind = kind, On = call, Times = 4 });
            var command = Written(scene, pull.Number, comment.Id);
            Change[] twice = [new Change.AddPullCommand(command), Server.Features.GitHub.Commands.CommandWork.Of(command)];
            foreach (var _ in new[] { 1, 2 }) await scene.Store.CommitAsync(new Commit { Changes = twice }, default);

            await scene.AnsweredAsync(comment);
            await scene.UntilShownAsync(pull.Issue, "web/dev: succeeded");
            await scene.Store.CommitAsync(new Commit { Changes = twice }, default);
            await TestServer.UntilAsync(async () => await scene.IsQuietAsync(pull.Number) ? "quiet" : null);
            Assert.Equal("eyes rocket", scene.Reactions(comment));
            Assert.Single(scene.Own(pull.Issue));
            Assert.Single(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
        }
    }

    [Fact]
    public async Task Delivered_twice_and_by_two_lanes_it_is_one_request()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        scene.GitHub.GitHub.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Double, Event = "issue_comment" });
        var comment = await scene.SayAsync(pull, "/deploy dev");
        await scene.AnsweredAsync(comment);
        await scene.UntilShownAsync(pull.Issue, "web/dev: succeeded");
        Assert.Equal("eyes rocket", scene.Reactions(comment));
        Assert.Single(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), default));
    }

    public static TheoryData<string> HostileBranches => [.. Hostile.Refs];

    [Theory]
    [MemberData(nameof(HostileBranches))]
    [Trait("Attack", "markup")]
    public async Task Hostile_branches_and_reasons_call_nobody_and_break_nothing(string hostile)
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync(hostile, title: $"{hostile} ![x](http://evil.example)");
        await scene.AskAsync(pull, "/deploy dev");
        var locked = await scene.AskAsync(pull, $"/lock staging {hostile} http://evil.example <!-- {StatusComment.Marker} -->");

        var body = await scene.UntilShownAsync(pull.Issue, "web/dev: succeeded");
        Assert.Equal(PullCommandState.Accepted, locked.State);
        Assert.Null(Hostile.HarmIn(body));
        Assert.Equal(2, body.Split("towpath:status").Length - 1);
        Assert.Equal(1, body.Split(StatusComment.Marker).Length - 1);
        Assert.Single(scene.Own(pull.Issue));
    }

    private static PullCommand Written(PullScene scene, long number, long comment) => new()
    {
        RepositoryId = scene.Web.Id, Number = number, CommentId = comment, AuthorId = scene.GitHub.World.Accounts.User("dev").Id, Author = "dev", Body = "/deploy dev", At = TimeProvider.System.GetUtcNow(),
    };
}
