using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Facts;
using Towpath.Core.Previews;
using Towpath.Core.Tests.Applications;
using Towpath.Core.Watches;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Watches;

/// <summary>Commit aaaaaaa was pushed to main at 09:00 and is watched for web/dev; it is 09:30.</summary>
[Trait("Row", "D3")]
public sealed class WatchTests
{
    private const string Sha = "aaaaaaa111";
    private const string Later = "bbbbbbb222";

    private static readonly WatchScene Pushed = new WatchScene().Pushed(Sha, 0);
    private static readonly WatchScene Passed = Pushed.Checked("build", "success", 5);

    private static readonly (string Story, WatchScene Scene)[] Scenes =
    [
        ("nothing was heard of the ref yet", new WatchScene().Checked("build", "success", 5)),
        ("GitHub does not tell where the ref stands", Passed with { RefUnavailable = "GitHub answered 503" }),
        ("no check has reported", Pushed),
        ("a check runs", Pushed.Checked("build", "in_progress", 5)),
        ("a check failed", Pushed.Checked("build", "failure", 5)),
        ("a check passed", Passed),
        ("a status passed and a check run runs", Pushed.Status("ci/build", "success", 4).Checked("test", "queued", 5, id: 2)),
        ("checks cannot be had", Passed with { ChecksUnavailable = "GitHub answered 503" }),
        ("none are asked for and none has reported", Pushed.Needs(null)),
        ("one that is asked for has not reported, another has passed", Passed.Needs(new RequiredChecks(["test"]))),
        ("the environment is locked", Passed.Locked()),
        ("the environment is locked until 09:45", Passed.Locked(untilMinute: 45)),
        ("the lock ended at 09:20", Passed.Locked(untilMinute: 20)),
        ("an approval is asked for: the deployment itself will wait for it", Passed with { Approvals = [new ApprovalRule("staff")] }),
        ("the ref has moved on", Passed.Pushed(Later, 10)),
        ("the ref has moved on and came back", Passed.Pushed(Later, 10).Pushed(Sha, 20)),
        ("the ref moved twice in one instant", Passed.Pushed(Later, 0)),
        ("the ref was deleted", Passed.Pushed(null, 10)),
        ("an older push is heard of late", Passed.Pushed(Later, -10)),
        ("it is being deployed", Passed.Tried(Phase.Running, 6)),
        ("it waits as a deployment", Passed.Tried(Phase.Waiting, 6)),
        ("it was deployed", Passed.Tried(Phase.Succeeded, 8)),
        ("it failed", Passed.Tried(Phase.Failed, 8, "status 500")),
        ("it was rolled back", Passed.Tried(Phase.RolledBack, 8, "status 500")),
        ("it failed and was pushed again", Passed.Tried(Phase.Failed, 8, "status 500").Pushed(Sha, 20)),
        ("it failed, and somebody deployed it by hand", Passed.Tried(Phase.Failed, 8, "status 500").Tried(Phase.Succeeded, 12)),
        ("it was superseded, and main went back to it", Passed.Tried(Phase.Superseded, 8).Pushed(Later, 7).Pushed(Sha, 9)),
        ("locked and a check runs", Pushed.Checked("build", "queued", 5).Locked()),
    ];

    [Fact]
    [Trait("Row", "T14")]
    public void Watches_say_what_they_found_and_what_they_wait_for()
    {
        var text = new StringBuilder("Commit aaaaaaa was pushed to main at 09:00 and is watched for web/dev. All checks must pass. It is 09:30.\n");
        foreach (var (story, scene) in Scenes) text.Append($"\n{story}\n{scene.InWords()}");
        Snapshot.Matches(text.ToString());
    }

    [Fact]
    public void Watch_that_does_not_deploy_says_why_and_one_that_does_waits_for_nothing() => Assert.All(Scenes, told =>
    {
        var decision = told.Scene.Evaluate();
        Assert.Equal(decision.Outcome == WatchOutcome.Deploy, decision.Why.IsOpen);
        Assert.Equal(decision.Outcome == WatchOutcome.Deploy, decision.Reason is null);
    });

    [Fact]
    public void Watch_at_a_lock_that_ends_names_the_instant() =>
        Assert.Equal(WatchScene.At(45), Passed.Locked(untilMinute: 45).Evaluate().Why.NextInstant());

    [Theory]
    [InlineData("status", "success", CheckState.Passed)]
    [InlineData("status", "pending", CheckState.Pending)]
    [InlineData("status", "failure", CheckState.Failed)]
    [InlineData("status", "error", CheckState.Failed)]
    [InlineData("status", "skipped", CheckState.Failed)]
    [InlineData("run", "success", CheckState.Passed)]
    [InlineData("run", "neutral", CheckState.Skipped)]
    [InlineData("run", "skipped", CheckState.Skipped)]
    [InlineData("run", "queued", CheckState.Pending)]
    [InlineData("run", "in_progress", CheckState.Pending)]
    [InlineData("run", "waiting", CheckState.Pending)]
    [InlineData("run", "requested", CheckState.Pending)]
    [InlineData("run", "pending", CheckState.Pending)]
    [InlineData("run", "failure", CheckState.Failed)]
    [InlineData("run", "cancelled", CheckState.Failed)]
    [InlineData("run", "timed_out", CheckState.Failed)]
    [InlineData("run", "action_required", CheckState.Failed)]
    [InlineData("run", "stale", CheckState.Failed)]
    [InlineData("run", "startup_failure", CheckState.Failed)]
    [InlineData("run", "Success", CheckState.Failed)]
    [InlineData("run", "", CheckState.Failed)]
    public void Words_of_github_mean_this(string kind, string said, CheckState expected) =>
        Assert.Equal(expected, CommitChecks.StateOf(kind == "run" ? CommitFactKind.Check : CommitFactKind.Status, said));

    [Fact]
    public void Late_end_of_an_older_run_does_not_hide_the_newer_one()
    {
        var scene = Pushed.Checked("build", "queued", 3, id: 2).Checked("build", "success", 9, id: 1);
        Assert.Equal(WatchOutcome.Wait, scene.Evaluate().Outcome);
    }

    [Theory]
    [InlineData("refs/heads/main", "dev")]
    [InlineData("refs/heads/release/1", "staging")]
    [InlineData("refs/tags/web-v1", "production")]
    [InlineData("refs/heads/web-v1", "")]
    [InlineData("refs/heads/other", "")]
    [InlineData("refs/pull/1/head", "")]
    public void Push_makes_a_watch_for_each_environment_that_asks_for_the_ref(string name, string expected)
    {
        var applications = Applications("acme/Web", "{ kind: commit }");
        var watches = WatchRules.Of(applications, "Acme/web", new RefFact(7, name, Sha, WatchScene.At(0)));
        Assert.Equal(expected, string.Join(",", watches.Select(watch => watch.Key.Environment)));
        Assert.All(watches, watch => Assert.Equal((7L, Sha, name, "web"), (watch.Repository, watch.Sha, watch.Ref, watch.Key.Application)));
    }

    [Theory]
    [InlineData("acme/web", "{ kind: commit }", "acme/api", Sha)]
    [InlineData("acme/web", "{ kind: commit }", "acme/web", null)]
    public void Other_repositories_and_deleted_refs_are_not_watched(string repository, string artifact, string pushed, string? sha) =>
        Assert.Empty(WatchRules.Of(Applications(repository, artifact), pushed, new RefFact(7, "refs/heads/main", sha, WatchScene.At(0))));

    [Theory]
    [InlineData("{ kind: commit }", true)]
    [InlineData("{ kind: static-site, source: \"b/{sha}.zip\" }", false)]
    public void Push_is_the_build_only_where_there_are_no_bytes_but_the_commit(string artifact, bool expected)
    {
        var application = Applications("acme/web", artifact).Single();
        Assert.Equal(expected, WatchRules.IsItsCommit(application));
        Assert.Single(WatchRules.Of([application], "acme/web", new RefFact(7, "refs/heads/main", Sha, WatchScene.At(0))));
    }

    [Fact]
    [Trait("Row", "P4")]
    public void Watch_of_a_pull_request_follows_its_head_and_is_not_woken_by_comments()
    {
        var pull = new PullFact { RepositoryId = 7, Number = 42, HeadSha = Sha, HeadRef = "x", HeadRepositoryId = 7, BaseRef = "main", IsOpen = true, UpdatedAt = WatchScene.At(60) };
        var watch = WatchRules.Of("web", pull, new PreviewSlot(42, ""));
        Assert.Equal(new Watch(7, Sha, "refs/pull/42/head", new EnvironmentKey("web", "pr-42")), watch);
        Assert.Equal(WatchOutcome.Deploy, Outcome(pull));
        Assert.Equal(WatchOutcome.Wait, Outcome(pull, new AttemptFact(new DeploymentId("1"), Phase.Failed, WatchScene.At(5))));
        Assert.Equal(WatchOutcome.Wait, Outcome(pull with { IsDisputed = true }));
        Assert.Equal(WatchOutcome.Stale, Outcome(pull with { HeadSha = Later }));
        Assert.Equal(WatchOutcome.Stale, Outcome(pull with { IsOpen = false }));

        WatchOutcome Outcome(PullFact now, params IReadOnlyList<AttemptFact> attempts) => WatchEvaluator.Evaluate(
            watch, new WatchFacts { Stand = WatchRules.StandOf(now), Attempts = attempts, Gates = DeploymentStates.Open }).Outcome;
    }

    private static IEnumerable<ApplicationSpec> Applications(string repository, string artifact)
    {
        var spec = $$"""
            name: web
            repository: {{repository}}
            artifact: {{artifact}}
            environments:
              dev: { auto_deploy: { branch: main }, target: { kind: local-site, root: d } }
              staging: { auto_deploy: { branch: "release/*" }, target: { kind: local-site, root: s } }
              production: { auto_deploy: { tag: "{slug}-v*" }, target: { kind: local-site, root: p } }
              by-hand: { target: { kind: local-site, root: h } }
            """;
        return [Specs.Load(spec).Application()];
    }
}
