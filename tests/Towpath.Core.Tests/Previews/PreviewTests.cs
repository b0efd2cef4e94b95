using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Applications;
using Towpath.Core.Facts;
using Towpath.Core.Previews;
using Towpath.Core.Tests.Applications;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Previews;

[Trait("Row", "P4")]
public sealed class PreviewTests
{
    private const string Sha = "aaaaaaa111";

    private static readonly DateTimeOffset Now = VirtualTime.Start;

    private static readonly PreviewSpec Spec = new()
    {
        Targets = [new("", Template("web-{pr}")), new("qa", Template("qa-{pr}"))],
    };

    private static readonly PullFact Pull = new()
    {
        RepositoryId = 7, Number = 42, HeadSha = Sha, HeadRef = "feature/cart", HeadRepositoryId = 7, BaseRef = "main", IsOpen = true, Labels = ["deploy"], UpdatedAt = Now.AddHours(-1),
    };

    private static readonly StandingPreview Standing = new(new PreviewSlot(42, ""), Sha);

    private static readonly (string Story, PreviewSpec? Spec, PullFact[] Pulls, StandingPreview[] Standing)[] Cases =
    [
        ("the label was set", Spec, [Pull], []),
        ("it is there already", Spec, [Pull], [Standing]),
        ("a newer commit was pushed", Spec, [Pull with { HeadSha = "bbbbbbb222" }], [Standing]),
        ("the label was taken off", Spec, [Pull with { Labels = ["bug"] }], [Standing]),
        ("another label of ours was set instead", Spec, [Pull with { Labels = ["deploy/qa"] }], [Standing]),
        ("both labels", Spec, [Pull with { Labels = ["deploy", "deploy/qa"] }], []),
        ("a label that names no target", Spec, [Pull with { Labels = ["deploy/staging"] }], []),
        ("labels that only look like ours", Spec, [Pull with { Labels = ["deployed", "deploy/", "Deploy", "no-deploy"] }], []),
        ("closed", Spec, [Pull with { IsOpen = false }], [Standing]),
        ("merged", Spec, [Pull with { IsOpen = false, IsMerged = true }], [Standing]),
        ("from a fork", Spec, [Pull with { HeadRepositoryId = 8 }], []),
        ("from a fork that was deleted", Spec, [Pull with { HeadRepositoryId = null }], []),
        ("its branch was moved to a fork", Spec, [Pull with { HeadRepositoryId = 8 }], [Standing]),
        ("nothing happened for seven days", Spec, [Pull with { UpdatedAt = Now.AddDays(-7) }], [Standing]),
        ("nothing happened for almost seven days", Spec, [Pull with { UpdatedAt = Now.AddDays(-7).AddSeconds(1) }], [Standing]),
        ("nothing happened for seven days, and it is gone already", Spec, [Pull with { UpdatedAt = Now.AddDays(-7) }], []),
        ("the event of the closing was lost: another pull request is heard of", Spec, [Pull with { Number = 43 }], [Standing]),
        ("two things were told at once", Spec, [Pull with { IsDisputed = true, Labels = [] }], [Standing]),
        ("previews were taken out of the spec", null, [Pull], [Standing]),
        ("every pull request has one", new PreviewSpec { Targets = [Spec.Targets[0] with { IsAutomatic = true }] }, [Pull with { Labels = [] }, Pull with { Number = 43, Labels = [], HeadRepositoryId = 9 }], []),
        ("it is not known what stands there", Spec, [Pull], [Standing with { Sha = null }]),
    ];

    [Fact]
    [Trait("Row", "T5")]
    public void Previews_are_made_brought_up_to_date_and_taken_down()
    {
        var told = new StringBuilder();
        foreach (var (story, spec, pulls, standing) in Cases)
        {
            var plan = PreviewLife.Plan(spec, pulls, standing, Now);
            told.Append($"{story}\n");
            foreach (var change in plan) told.Append($"  {change.Action.ToString().ToLowerInvariant()} {change.Slot}{(change.Sha is null ? "" : $" at {change.Sha}")}: {change.Why}\n");
            if (plan.Count == 0) told.Append("  nothing to do\n");
        }

        Snapshot.Matches(told.ToString());
    }

    [Fact]
    [Trait("Row", "T5")]
    public void Lost_repeated_and_reordered_events_come_to_the_same_previews()
    {
        var pulls = from number in Gen.Choose(1, 3)
                    from sha in Gen.Elements("a", "b")
                    from open in Gen.Elements(true, true, false)
                    from labels in Gen.SubListOf("deploy", "deploy/qa", "bug")
                    from hours in Gen.Choose(1, 24 * 9)
                    from fork in Gen.Elements(7L, 7L, 8L)
                    select Pull with { Number = number, HeadSha = sha, IsOpen = open, Labels = [.. labels], UpdatedAt = Now.AddHours(-hours), HeadRepositoryId = fork };
        var days = from told in Gen.ListOf(pulls, 8)
                   from lost in Gen.Choose(0, 8)
                   from shuffled in Gen.Shuffle([.. told, .. told])
                   select (Told: told.ToArray(), Lost: lost, Heard: shuffled);
        Prop.ForAll(days.ToArbitrary(), day =>
        {
            // Evaluated after a part of the events, and again when all were made good; against doing it once with all.
            var early = Apply([], PreviewLife.Plan(Spec, [.. day.Heard.Take(day.Lost)], [], Now));
            var late = Apply(early, PreviewLife.Plan(Spec, day.Heard, early, Now));
            var once = Apply([], PreviewLife.Plan(Spec, day.Told, [], Now));
            return late.OrderBy(p => p.ToString(), StringComparer.Ordinal).SequenceEqual(once.OrderBy(p => p.ToString(), StringComparer.Ordinal))
                && PreviewLife.Plan(Spec, day.Told, late, Now).All(change => change.Action == PreviewAction.Refuse);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    [Trait("Row", "T5")]
    public void Same_commit_told_at_once_of_a_branch_and_of_a_fork_comes_to_the_same_in_any_order()
    {
        PullFact[] both = [Pull, Pull with { HeadRepositoryId = 8 }];
        var plan = PreviewLife.Plan(Spec, both, [], Now);
        Assert.Equal(plan, PreviewLife.Plan(Spec, [.. both.Reverse()], [], Now));
        Assert.Equal(PreviewAction.Refuse, Assert.Single(plan).Action);
    }

    [Theory]
    [InlineData("pr-42", 42, "")]
    [InlineData("pr-42-qa", 42, "qa")]
    [InlineData("pr-1-a-b", 1, "a-b")]
    public void Slot_tells_its_pull_request(string name, long pull, string target)
    {
        Assert.Equal(new PreviewSlot(pull, target), PreviewSlot.TryParse(name));
        Assert.Equal(name, new PreviewSlot(pull, target).ToString());
    }

    [Theory]
    [InlineData("pr-")]
    [InlineData("pr-0")]
    [InlineData("pr-042")]
    [InlineData("pr-4x")]
    [InlineData("pr-42-")]
    [InlineData("pr--42")]
    [InlineData("PR-42")]
    [InlineData("xpr-42")]
    [InlineData("pr-99999999999999999999")]
    [InlineData("production")]
    public void Other_names_are_no_slots(string name) => Assert.Null(PreviewSlot.TryParse(name));

    [Fact]
    public void Spec_of_previews_is_bound_and_a_slot_is_an_environment()
    {
        var application = Specs.Load("""
            name: web
            repository: acme/web
            artifact: { kind: static-site, source: "builds/{sha}.zip" }
            variables: { A: a }
            environments:
              dev: { target: { kind: local-site, root: web-dev } }
            previews:
              label: try
              expire: 2d
              automatic: true
              required_checks: [build]
              variables: { B: b }
              target: { kind: local-site, root: "web-{pr}" }
              targets:
                qa: { kind: local-site, root: "qa-{pr}", listing: true }
            """).Application();
        var previews = application.Previews!;
        Assert.Equal(("try", TimeSpan.FromDays(2), 2), (previews.Label, previews.Expire, previews.Targets.Count));
        Assert.Equal([true, false], previews.Targets.Select(target => target.IsAutomatic));
        var slot = application.FindEnvironment("pr-42-qa")!;
        Assert.Equal("""{"root":"qa-42","listing":true}""", slot.Target.Settings.ToJsonString());
        Assert.Equal((OnFailure.Stay, "a", "b"), (slot.OnFailure, slot.Variables["A"], slot.Variables["B"]));
        Assert.Equal(["build"], slot.RequiredChecks!.Names);
        Assert.Equal("""{"root":"web-7"}""", application.FindEnvironment("pr-7")!.Target.Settings.ToJsonString());
        Assert.Null(application.FindEnvironment("pr-7-other"));
        Assert.Equal(["dev"], application.Environments.Select(environment => environment.Name));
    }

    [Theory]
    [InlineData("previews: { label: deploy }", "missing-key")]
    [InlineData("previews: { automatic: true, targets: { qa: { kind: local-site, root: \"q-{pr}\" } } }", "missing-key")]
    [InlineData("previews: { target: { kind: local-site } }", "missing-key")]
    [InlineData("previews: { target: { kind: local-site, root: \"w-{pr}\", port: \"80{pr}\" } }", "wrong-type")]
    [InlineData("previews: { target: { kind: local-site, root: same } }", "claimed-twice")]
    [InlineData("previews: { target: { kind: local-site, root: \"w-{pr}\", port: 8080 } }", "claimed-twice")]
    [InlineData("previews: { target: { kind: local-site, root: \"w-{nonsense}\" } }", "unknown-placeholder")]
    [InlineData("previews: { target: { kind: lokal-site, root: \"w-{pr}\" } }", "unknown-kind")]
    [InlineData("previews: { expire: soon, target: { kind: local-site, root: \"w-{pr}\" } }", "bad-value")]
    [InlineData("previews: { targets: { Q A: { kind: local-site, root: \"w-{pr}\" } } }", "bad-name")]
    public void Wrong_previews_are_told(string previews, string code)
    {
        var result = Specs.Load($"name: web\nartifact: {{ kind: commit }}\nenvironments:\n  dev: {{ target: {{ kind: local-site, root: d }} }}\n{previews}\n");
        Assert.Equal(code, Assert.Single(result.Errors).Code);
    }

    [Fact]
    public void Name_of_a_slot_is_no_environment_s() => Assert.Equal(
        "bad-name", Assert.Single(Specs.Load("name: web\nartifact: { kind: commit }\nenvironments:\n  pr-1: { target: { kind: local-site, root: d } }\n").Errors).Code);

    [Fact]
    public void Previews_keep_to_what_the_operator_allows()
    {
        var result = Specs.Load(
            "name: web\nartifact: { kind: commit }\nenvironments:\n  dev: { target: { kind: local-site, root: d } }\npreviews: { target: { kind: local-site, root: \"w-{pr}\" } }\n",
            limits: new Core.Operators.OperatorLimits { Folders = ["d"] });
        var error = Assert.Single(result.Errors);
        Assert.Equal("not-allowed", error.Code);
        Assert.Contains("'w-1'", error.Message, StringComparison.Ordinal);
    }

    private static List<StandingPreview> Apply(IReadOnlyList<StandingPreview> standing, IReadOnlyList<PreviewChange> changes)
    {
        var after = standing.ToDictionary(preview => preview.Slot);
        foreach (var change in changes)
            if (change.Action == PreviewAction.Deploy) after[change.Slot] = new StandingPreview(change.Slot, change.Sha);
            else after.Remove(change.Slot);
        return [.. after.Values];
    }

    private static TargetSpec Template(string root) => new("local-site", new JsonObject { ["root"] = root });
}
