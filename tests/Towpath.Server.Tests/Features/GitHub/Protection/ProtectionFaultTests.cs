using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Protection;
using Towpath.Server.Tests.Scene;
using static Towpath.Server.Tests.Features.GitHub.Protection.ProtectionScene;

namespace Towpath.Server.Tests.Features.GitHub.Protection;

/// <summary>Workflow runs that wait for an environment, while GitHub, the network and the control plane fail.</summary>
[Trait("Row", "N5")]
public sealed class ProtectionFaultTests(PostgresServer postgres)
{
    private const string RunRoute = "GET /repos/{owner}/{repo}/actions/runs/{run_id}";
    private const string PendingRoute = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Calls that may be made twice are made three times before the row fails, and begins anew as after a death.</summary>
    [Theory]
    [InlineData(RunRoute, FaultKind.DropBefore, false)]
    [InlineData(RunRoute, FaultKind.DropAfter, true)]
    [InlineData(AnswerRoute, FaultKind.DropBefore, true)]
    [InlineData(AnswerRoute, FaultKind.DropAfter, false)]
    [InlineData(AnswerRoute, FaultKind.DropAfter, true)]
    [InlineData(PendingRoute, FaultKind.DropBefore, false)]
    public async Task Interrupted_before_and_after_every_call_it_answers_once(string call, FaultKind kind, bool onPostgres)
    {
        await using var scene = await StartAsync(Spec, "staging", onPostgres ? await postgres.CreateAsync() : null);
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        // What is still asked is looked at where GitHub refuses a second answer.
        if (call == PendingRoute) scene.World.Script.Add(new ScriptedFault { On = AnswerRoute, Kind = FaultKind.DropAfter, Times = 1 });
        scene.World.Script.Add(new ScriptedFault { On = call, Kind = kind, Times = 4 });
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Double, Event = "deployment_protection_rule" });
        var run = Run(scene, commit, "staging", ends: false);

        var request = await TestServer.UntilAsync(async () => await RequestAsync(scene, run, "staging") is { Answer: not null } answered ? answered : null);
        Assert.StartsWith("approved", request.Answer, StringComparison.Ordinal);
        Assert.Equal("approved", Assert.Single(Said(scene, run)).State);
        var noted = await scene.Server.Store.Audit.RecentAsync("site", null, 100, Token);
        Assert.Single(noted, entry => entry is { Action: "protection_rule.approved", Actor: "towpath" });
    }

    [Theory]
    [InlineData(FaultKind.DropBefore)]
    [InlineData(FaultKind.DropAfter)]
    public async Task Interrupted_while_it_reports_it_reports_again_and_answers_once(FaultKind kind)
    {
        await using var scene = await StartAsync(Spec, "production");
        var commit = Push(scene);
        var view = await PromoteAsync(scene, await BuildAsync(scene, commit), "production");
        scene.World.Script.Add(new ScriptedFault { On = AnswerRoute, Kind = kind, Times = 2 });
        var run = Run(scene, commit, "production");
        await TestServer.UntilAsync(async () => await RequestAsync(scene, run, "production") is { Told: not null } told ? told : null);
        Assert.InRange(Said(scene, run).Count, 1, 5);

        await scene.Server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{view.Id}/approve", new { role = "staff" });
        await TestServer.UntilAsync(async () => await RequestAsync(scene, run, "production") is { Answer: not null } answered ? answered : null);
        Assert.Single(Said(scene, run), said => said.State is not null);
    }

    [Fact]
    public async Task A_refusal_is_set_aside_with_what_to_do_and_the_next_change_of_the_gates_has_it_answered()
    {
        await using var scene = await StartAsync(Spec, "staging", settings: options => options with { Engine = options.Engine with { SetAsideAfter = 2 } });
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        var refusal = new ScriptedFault { On = AnswerRoute, Kind = FaultKind.Error, Status = 403, Message = "Resource not accessible by integration", Times = -1 };
        scene.World.Script.Add(refusal);
        var run = Run(scene, commit, "staging");
        var aside = await TestServer.UntilAsync(async () => (await scene.Server.Store.Work.SetAsideAsync(10, Token)).FirstOrDefault(row => row.Kind == "answer-protection-rule"));
        Assert.Contains("Resource not accessible by integration", aside.Message, StringComparison.Ordinal);
        Assert.Null((await RequestAsync(scene, run, "staging"))!.Answer);
        scene.World.Script.Remove(refusal);

        Assert.True((await scene.Server.SendAsync("dora", HttpMethod.Put, "/api/v1/applications/site/environments/staging/lock", new { reason = "a look" })).IsSuccessStatusCode);
        Assert.True((await scene.Server.SendAsync("dora", HttpMethod.Delete, "/api/v1/applications/site/environments/staging/lock")).IsSuccessStatusCode);
        await UntilSaidAsync(scene, run, state: "approved");
    }

    [Fact]
    public async Task Where_GitHub_refuses_a_second_answer_and_still_waits_for_a_reviewer_the_run_is_looked_at_until_it_goes_on()
    {
        await using var scene = await StartAsync(Spec, "staging");
        lock (scene.World.Gate) scene.Web.Environments["staging"].Reviewers.Add(scene.World.Accounts.User("kim"));
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        scene.World.Script.Add(new ScriptedFault { On = AnswerRoute, Kind = FaultKind.DropAfter, Times = 1 });
        var run = Run(scene, commit, "staging", ends: false);
        await TestServer.UntilAsync(() => Task.FromResult(scene.GitHub.Calls.Of(PendingRoute).Count > 0 ? "asked" : null));
        Assert.Null((await RequestAsync(scene, run, "staging"))!.Answer);

        lock (scene.World.Gate) run.Gates[0].WantsReview = false;
        await LookAsync(scene, run, "staging");
        await UntilAnsweredAsync(scene, run, "staging", "approved; the run does not wait for it any more");
        Assert.Single(Said(scene, run));
    }

    [Fact]
    public async Task What_nobody_answered_for_thirty_days_is_let_go_as_GitHub_does()
    {
        await using var scene = await StartAsync(Spec, "staging");
        var now = TimeProvider.System.GetUtcNow();
        var old = new ProtectionRequest(scene.Web.Id, 77, "staging", Push(scene), now.AddDays(-31));
        // Of a repository that the App does not reach any more, too.
        var unreached = old with { RepositoryId = 12345 };
        Change[] asked = [.. new[] { old, unreached }.SelectMany(request => new[] { new Change.AddProtectionRequest(request), ProtectionWork.Of(request) })];
        Assert.IsType<CommitOutcome.Committed>(await scene.Server.Store.CommitAsync(new Commit { Changes = asked }, Token));

        foreach (var request in new[] { old, unreached })
            Assert.Equal("GitHub gave it up after 30 days", (await TestServer.UntilAsync(async () =>
                await scene.Server.Store.Mirrors.RequestAsync(request.RepositoryId, 77, "staging", Token) is { Answer: not null } ended ? ended : null)).Answer);
        Assert.Empty(scene.GitHub.Calls.Of(RunRoute));
    }

    [Fact]
    [Trait("Attack", "confused deputy")]
    public async Task A_run_of_whoever_took_over_the_repositorys_name_learns_nothing_and_does_not_go_on()
    {
        await using var scene = await StartAsync(Spec, "staging");
        var commit = Push(scene);
        await BuildAsync(scene, commit);
        await UntilAnsweredAsync(scene, Run(scene, commit, "staging"), "staging", "approved");
        await scene.SettledAsync();
        await TestServer.UntilAsync(async () => await scene.Server.Store.Configuration.SettingAsync("github.repository/acme/web", Token));

        // Later than what was just asked: of two names of one instant nobody could tell which is newer.
        scene.World.Time.Advance(TimeSpan.FromMinutes(1));
        scene.World.Repositories.Rename(scene.Web, "portal");
        var again = scene.World.Repositories.Create("acme/web");
        again.Push("main", new Dictionary<string, string?> { ["evil.txt"] = "evil" }, "theirs", "kim");
        WorkflowRun run;
        lock (scene.World.Gate)
        {
            var there = new GitHubEmulator.Environments.DeployEnvironment(scene.World.NextId(), again, "staging");
            there.CustomRules.Add(new GitHubEmulator.Environments.CustomRule(scene.World.NextId(), scene.App));
            again.Environments["staging"] = there;
            var workflow = new Workflow(scene.World.NextId(), again, ".github/workflows/deploy.yaml") { Plan = new RunPlan { Jobs = [new JobPlan("deploy", ["Run deploy"], "staging")] } };
            again.Workflows.Add(workflow);
            run = RunEvents.Start(workflow, "refs/heads/main", again.Refs["refs/heads/main"], "push", scene.World.Accounts.User("kim"));
        }

        var told = await UntilSaidAsync(scene, run, state: null);
        Assert.Contains("another repository than the one that is meant", told, StringComparison.Ordinal);
        Assert.DoesNotContain("site", told, StringComparison.Ordinal);
        Assert.DoesNotContain(Said(scene, run), said => said.State is not null);
    }
}
