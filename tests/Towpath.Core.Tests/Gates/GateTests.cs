using System.Text;
using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Approvals;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Gates;

/// <summary>kim requests v2 for production, ana wrote its commit. Staff: kim, ana, bo. Client: pat, bo.</summary>
public sealed class GateTests
{
    private static readonly (string Story, GateScene Scene)[] Scenes =
    [
        ("nothing is asked for", new()),
        ("must succeed in dev and staging, has in dev", new GateScene().After("dev", "staging").SucceededIn("dev")),
        ("must succeed in dev and staging, has in both", new GateScene().After("dev", "staging").SucceededIn("dev", "staging")),
        ("staff must approve, nobody has", new GateScene().Requires(("staff", 1))),
        ("staff must approve, bo has", new GateScene().Requires(("staff", 1)).Approved("bo", "staff")),
        ("staff must approve, bo has rejected", new GateScene().Requires(("staff", 1)).Approved("bo", "staff", verdict: Verdict.Rejected)),
        ("staff must approve, only who requested it has", new GateScene().Requires(("staff", 1)).Approved("kim", "staff")),
        ("staff must approve, only who wrote the commit has", new GateScene().Requires(("staff", 1)).Approved("ana", "staff")),
        ("staff must approve, who requested it has under other letters", new GateScene().Requires(("staff", 1)).RequestedBy("KIM").Approved("kim", "staff")),
        ("staff must approve, who pushed it has, and the commit is in another's name", new GateScene().Requires(("staff", 1)).RequestedBy("github-actions:acme/web", "pat").Hands("bo").Approved("bo", "staff")),
        ("staff must approve, GitHub did not tell who pushed", new GateScene().Requires(("staff", 1)).RequestedBy("github", "ana").Approved("bo", "staff")),
        ("staff must approve, GitHub told neither author nor who pushed", new GateScene().Requires(("staff", 1)).RequestedBy("kim", "github").Approved("bo", "staff")),
        ("bo approved other bytes", new GateScene().Requires(("staff", 1)).Approved("bo", "staff", version: "v1")),
        ("bo approved under an earlier policy", new GateScene().Requires(("staff", 1)).Approved("bo", "staff", policy: "policy-0")),
        ("bo approved and left staff", new GateScene().Requires(("staff", 1)).Approved("bo", "staff").WithoutMember("staff", "bo")),
        ("bo approved as what bo is not", new GateScene().Requires(("auditor", 1)).Approved("bo", "auditor")),
        ("an approval for another role does not count", new GateScene().Requires(("client", 1)).Approved("bo", "staff")),
        ("two of staff, bo has approved", new GateScene().Requires(("staff", 2)).RequestedBy("pat").Approved("bo", "staff")),
        ("two of staff, bo has approved twice", new GateScene().Requires(("staff", 2)).RequestedBy("pat").Approved("bo", "staff").Approved("bo", "staff")),
        ("two of staff, bo and kim have approved", new GateScene().Requires(("staff", 2)).RequestedBy("pat").Approved("bo", "staff").Approved("kim", "staff")),
        ("staff and client, bo alone has approved as both", new GateScene().Requires(("staff", 1), ("client", 1)).Approved("bo", "staff").Approved("bo", "client")),
        ("staff and client, bo as staff and pat as client", new GateScene().Requires(("staff", 1), ("client", 1)).Approved("bo", "staff").Approved("pat", "client")),
        ("staff and client, bo as both and kim as staff: two people",
            new GateScene().Requires(("staff", 1), ("client", 1)).RequestedBy("pat").Approved("bo", "staff").Approved("bo", "client").Approved("kim", "staff")),
        ("staff and client, bo has approved as staff, kim could too",
            new GateScene().Requires(("staff", 1), ("client", 1)).RequestedBy("pat", "ana").Approved("bo", "staff")),
        ("staff and client, bo has approved as both, kim could as staff",
            new GateScene().Requires(("staff", 1), ("client", 1)).RequestedBy("pat", "ana").Approved("bo", "staff").Approved("bo", "client")),
        ("staff and client, bo has approved as staff and nobody else is either",
            new GateScene().Requires(("staff", 1), ("client", 1)).RequestedBy("pat", "ana").WithoutMember("staff", "kim").Approved("bo", "staff")),
        ("a role that nobody else has", new GateScene().Requires(("auditor", 1))),
        ("a role that nobody defined", new GateScene().Requires(("owner", 1))),
        ("somebody of a team, nobody has", new GateScene().Needs(Rule("team:acme/ops"))),
        ("two of a team, bo has approved", new GateScene().Needs(Rule("team:acme/ops", 2)).Approved("bo", "team:acme/ops")),
        ("a team of which nothing is known", new GateScene().Needs(Rule("team:acme/none"))),
        ("bo in person, who has not", new GateScene().Needs(Rule("user:bo"))),
        ("bo in person, who has approved as staff", new GateScene().Needs(Rule("user:bo")).Approved("bo", "staff")),
        ("bo in person, who has", new GateScene().Needs(Rule("user:bo")).Approved("Bo", "user:bo")),
        ("kim in person, who asked for it", new GateScene().Needs(Rule("user:kim"))),
        ("bo approved when asked in person, and is not asked any more", new GateScene().Needs(Rule("staff")).Approved("bo", "user:bo")),
        ("staff or client, nobody has", new GateScene().Needs(Any(Rule("staff"), Rule("client")))),
        ("staff or client, pat has as client", new GateScene().Needs(Any(Rule("staff"), Rule("client"))).Approved("pat", "client")),
        ("two of staff, or the auditor: both need who asked for it", new GateScene().Needs(Any(Rule("staff", 2), Rule("auditor")))),
        ("two of staff or one of the team, and a client; bo approved as staff", new GateScene().Needs(Any(Rule("staff", 2), Rule("team:acme/ops")), Rule("client")).RequestedBy("pia").Approved("bo", "staff")),
        ("staff or client, and staff: bo, who is both, counts once", new GateScene().Needs(Any(Rule("staff"), Rule("client")), Rule("staff")).RequestedBy("pia").Approved("bo", "staff").Approved("bo", "client")),
        ("staff with client, or lee; lee has", new GateScene().Needs(Any(All(Rule("staff"), Rule("client")), Rule("user:lee"))).Approved("lee", "user:lee")),
        ("staff with client, or lee; bo approved as staff", new GateScene().Needs(Any(All(Rule("staff"), Rule("client")), Rule("user:lee"))).Approved("bo", "staff")),
        ("any of six people", new GateScene().Needs(Any([.. "bo pat lee max eva tom".Split(' ').Select(user => Rule($"user:{user}"))]))),
        ("an approval counts for an hour, bo gave it ten minutes ago", new GateScene().Requires(("staff", 1)).Expires("01:00").Approved("bo", "staff")),
        ("an approval counts for ten minutes, bo gave it ten minutes ago", new GateScene().Requires(("staff", 1)).Expires("00:10").Approved("bo", "staff")),
        ("two of staff for an hour, bo gave it ten minutes ago", new GateScene().Requires(("staff", 2)).RequestedBy("pia").Expires("01:00").Approved("bo", "staff")),
        ("one's own approval counts, and who asked for it gave it", new GateScene().Requires(("staff", 1)).OwnCounts().Approved("kim", "staff")),
        ("one's own approval counts, and GitHub did not tell who pushed", new GateScene().Requires(("staff", 1)).OwnCounts().RequestedBy("github", "ana").Approved("ana", "staff")),
        ("locked for good", new GateScene().LockedUntil(null)),
        ("locked until 09:30", new GateScene().LockedUntil("09:30")),
        ("locked until 09:00, which is now", new GateScene().LockedUntil("09:00")),
        ("pinned to v2, which this is", new GateScene().PinnedTo("v2")),
        ("pinned to v1", new GateScene().PinnedTo("v1")),
        ("pinned to v1, a rollback by hand to another", new GateScene().PinnedTo("v1", origin: Origin.Rollback)),
        ("pinned to v1 until 09:30", new GateScene().PinnedTo("v1", "09:30")),
        ("pinned to v1 until 09:00, which is now", new GateScene().PinnedTo("v1", "09:00")),
        ("suspended, automatic", new GateScene().Suspended(Origin.Automatic)),
        ("suspended, by hand", new GateScene().Suspended(Origin.Manual)),
        ("suspended, a rollback by hand", new GateScene().Suspended(Origin.Rollback)),
        ("all checks, nothing here knows any", new GateScene().NeedsChecks()),
        ("all checks, GitHub does not answer", new GateScene().NeedsChecks().NoChecks("GitHub answered 503")),
        ("all checks, there is none", new GateScene().NeedsChecks().NoChecks()),
        ("all checks, two passed and one was skipped", new GateScene().NeedsChecks().Checked("build", "success").Checked("test", "success").Checked("docs", "skipped")),
        ("all checks, all were skipped", new GateScene().NeedsChecks().Checked("docs", "skipped")),
        ("all checks, one runs and one failed", new GateScene().NeedsChecks().Checked("build", "success").Checked("test", "in_progress").Checked("scan", "timed_out", "trivy")),
        ("all checks, a failed one was run again", new GateScene().NeedsChecks().Checked("build", "failure").Checked("build", "success")),
        ("all checks, one runs again", new GateScene().NeedsChecks().Checked("build", "success").Checked("build", "queued")),
        ("all checks, that of a deployment does not count", new GateScene().NeedsChecks().Checked("build", "success").Checked("deploy", "failure", ofDeployment: true)),
        ("all checks, CI failed and a deployment has a job of the same name", new GateScene().NeedsChecks().Checked("scan", "success", "trivy").Checked("build", "failure", run: 1).Checked("build", "success", ofDeployment: true, run: 2)),
        ("all checks, two workflows have a job of the same name", new GateScene().NeedsChecks().Checked("build", "failure", run: 1).Checked("build", "success", run: 2)),
        ("all checks, a job of a workflow was run again", new GateScene().NeedsChecks().Checked("build", "failure", run: 1).Checked("build", "success", run: 1)),
        ("build, which failed in CI and passed in a deployment", new GateScene().NeedsChecks("build").Checked("build", "failure", run: 1).Checked("build", "success", ofDeployment: true, run: 2)),
        ("deploy, which only a deployment reports", new GateScene().NeedsChecks("deploy").Checked("deploy", "success", ofDeployment: true, run: 2)),
        ("all checks, a word that nobody knows", new GateScene().NeedsChecks().Checked("build", "rejoiced")),
        ("build and test, test has not reported", new GateScene().NeedsChecks("build", "test").Checked("build", "success").Checked("docs", "failure")),
        ("build and test, both passed", new GateScene().NeedsChecks("build", "test").Checked("build", "success").Checked("test", "success")),
        ("test by its bare name, which somebody reported as a status", new GateScene().NeedsChecks("test").Reported("test", "success")),
        ("test of GitHub Actions, which somebody reported as a status only", new GateScene().NeedsChecks("github-actions/test").Reported("test", "success").Reported("github-actions/test", "success")),
        ("test of GitHub Actions, which passed, whatever others say", new GateScene().NeedsChecks("github-actions/test").Reported("test", "failure").Checked("test", "success").Checked("test", "failure", "other-ci")),
        ("test of another app, which passed", new GateScene().NeedsChecks("app:other-ci/test").Checked("test", "failure").Checked("test", "success", "other-ci")),
        ("a status with slashes in its name", new GateScene().NeedsChecks("ci/circleci: build").Reported("ci/circleci: build", "success")),
        ("build, which two apps report and one says no", new GateScene().NeedsChecks("build").Checked("build", "success").Checked("build", "failure", "other-ci")),
        ("an hour in staging, has been there for one", new GateScene().After("staging").SucceededIn("staging").Soaks("01:00")),
        ("two hours in staging, has been there for one", new GateScene().After("staging").SucceededIn("staging").Soaks("02:00")),
        ("two hours in dev and staging, has been in dev for one", new GateScene().After("dev", "staging").SucceededIn("dev").Soaks("02:00")),
        ("two hours in staging, a rollback", new GateScene().After("staging").SucceededIn("staging").Soaks("02:00").Suspended(Origin.Rollback)),
        ("two windows are open, one of them longer", new GateScene().Window("mon", "06:00-10:00").Window("mon", "08:30-12:00")),
        ("weekends are frozen, Friday 23:59", new GateScene().Frozen("sat sun", reason: "weekend").At("fri", "23:59")),
        ("weekends are frozen, Saturday", new GateScene().Frozen("sat sun", reason: "weekend").At("sat", "00:00")),
        ("Friday afternoons in Berlin are frozen, 13:59 there", new GateScene().Frozen("fri", "14:00-24:00", "Europe/Berlin").At("fri", "12:59")),
        ("Friday afternoons in Berlin are frozen, 14:00 there", new GateScene().Frozen("fri", "14:00-24:00", "Europe/Berlin").At("fri", "13:00")),
        ("two freezes hold, one of them everywhere", new GateScene().Frozen("mon", "08:00-10:00", reason: "batch").FrozenEverywhere("mon", "launch")),
        ("a freeze of production holds", new GateScene().FrozenEverywhere("mon", "launch", environments: ["production"])),
        ("a freeze of other places", new GateScene().FrozenEverywhere("mon", "launch", environments: ["staging"]).FrozenEverywhere("mon", "launch", applications: ["web"])),
        ("office hours only, Monday 09:00", new GateScene().Window("mon tue", "09:00-17:00")),
        ("office hours only, Monday 17:00", new GateScene().Window("mon tue", "09:00-17:00").At("mon", "17:00")),
        ("office hours only, Wednesday", new GateScene().Window("mon tue", "09:00-17:00").At("wed", "10:00")),
        ("two windows, in the second", new GateScene().Window("mon", "06:00-08:00").Window("mon", "08:30-12:00")),
        ("a window that is over for good", new GateScene().WindowOnce("2026-01-01", "2026-02-01")),
        ("in a window and frozen", new GateScene().Window("mon", "08:00-12:00").Frozen("mon", "08:30-10:00")),
        ("everything at once", new GateScene().After("staging").NeedsChecks("build").NoChecks().Requires(("client", 1)).LockedUntil("10:15").Suspended(Origin.Automatic)),
    ];

    [Fact]
    [Trait("Row", "T1")]
    [Trait("Row", "D7")]
    [Trait("Row", "N7")]
    public void Gates_say_what_they_found_and_what_to_do()
    {
        var text = new StringBuilder("kim requests v2 for production at 09:00; ana wrote its commit. Staff: kim, ana, bo. Client: pat, bo. Auditor: kim.\n");
        foreach (var (story, scene) in Scenes) text.Append($"\n{story}\n{scene.InWords()}");
        text.Append($"\nthe environment is gone from the configuration\n{GateScene.InWords(GateEvaluator.NoSuchEnvironment(DeploymentStates.Production))}");
        Snapshot.Matches(text.ToString());
    }

    [Fact]
    public void Every_closed_leaf_has_words_and_something_to_do()
    {
        foreach (var (story, scene) in Scenes)
        {
            var result = scene.Evaluate();
            if (!result.IsOpen) Assert.False(string.IsNullOrWhiteSpace(GateWords.WaitsFor(result)), story);
            foreach (var leaf in Leaves(result).Where(leaf => !leaf.IsOpen))
            {
                var line = GateWords.Lines(new GateResult { Gate = "all", State = GateState.Closed, Children = [leaf] })[0];
                Assert.NotEqual(leaf.Gate, line.Text);
                Assert.False(string.IsNullOrWhiteSpace(line.WhatToDo), $"{story}: {line.Text}");
            }
        }
    }

    [Fact]
    public void Closed_gates_are_a_matter_of_time_where_all_of_them_open_by_themselves()
    {
        (GateScene Scene, bool ByTime)[] cases =
        [
            (new GateScene(), false), (new GateScene().Frozen("mon"), true), (new GateScene().Window("tue", "09:00-10:00"), true), (new GateScene().WindowOnce("2026-01-01", "2026-02-01"), false),
            (new GateScene().After("staging").SucceededIn("staging").Soaks("02:00"), true), (new GateScene().After("staging").Soaks("02:00"), false),
            (new GateScene().Frozen("mon").Requires(("staff", 1)), false),
        ];
        Assert.All(cases, one => Assert.Equal(one.ByTime, GateWords.IsMatterOfTime(one.Scene.Evaluate())));
    }

    [Fact]
    public void Tree_is_closed_exactly_when_one_of_its_leaves_is()
    {
        foreach (var (story, scene) in Scenes)
        {
            var result = scene.Evaluate();
            Assert.True(result.IsOpen == Leaves(result).All(leaf => leaf.IsOpen), story);
        }
    }

    [Fact]
    public void Facts_survive_json()
    {
        foreach (var (story, scene) in Scenes)
        {
            var json = JsonSerializer.Serialize(scene.Evaluate(), CoreJson.Default.GateResult);
            var read = JsonSerializer.Deserialize(json, CoreJson.Default.GateResult)!;
            Assert.True(scene.InWords() == GateScene.InWords(read), story);
        }
    }

    [Fact]
    [Trait("Row", "D7")]
    public void Lock_names_the_instant_at_which_it_ends_and_is_open_from_then_on()
    {
        var locked = new GateScene().LockedUntil("09:30");
        Assert.Equal(VirtualTime.Start.AddMinutes(30), locked.Evaluate().NextInstant());
        Assert.False(GateEvaluator.Evaluate(locked.Input with { Now = VirtualTime.Start.AddMinutes(30).AddTicks(-1) }).IsOpen);
        Assert.True(GateEvaluator.Evaluate(locked.Input with { Now = VirtualTime.Start.AddMinutes(30) }).IsOpen);
    }

    [Fact]
    public void Every_signal_belongs_to_a_gate_and_every_gate_to_a_signal()
    {
        var signals = GateEvaluator.Gates.SelectMany(gate => gate.ChangedBy).ToHashSet();
        Assert.Equal(Enum.GetValues<GateSignal>().Order(), signals.Order());
        Assert.All(GateEvaluator.Gates, gate => Assert.NotEmpty(gate.ChangedBy));
    }

    private static ApprovalRule Rule(string party, int count = 1) => new(party, count);

    private static AnyNeed Any(params IReadOnlyList<ApprovalNeed> needs) => new(needs);

    private static AllNeed All(params IReadOnlyList<ApprovalNeed> needs) => new(needs);

    private static IEnumerable<GateResult> Leaves(GateResult result) => result.Children.Count == 0 ? [result] : result.Children.SelectMany(Leaves);
}
