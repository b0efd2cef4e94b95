using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Applications;
using Towpath.Core.GitHubEnvironments;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.GitHubEnvironments;

[Trait("Row", "N5")]
public sealed class EnvironmentPlanTests
{
    private static readonly Reviewer Platform = new(true, "platform");
    private static readonly Reviewer Kim = new(false, "kim");

    private static readonly EnvironmentProtection Wanted = Of(new AutoDeploy(null, "{slug}-v*"), Platform, Kim);

    private static readonly (string Story, EnvironmentProtection Wanted, EnvironmentProtection? Found)[] Cases =
    [
        ("there is none", Wanted, null),
        ("it matches", Wanted, Wanted with { Reviewers = [Kim, Platform] }),
        ("it protects nothing", Wanted, new EnvironmentProtection { Name = "production" }),
        ("it has others", Wanted, Wanted with { Reviewers = [Platform, new(false, "ana")], Refs = [new(false, "main")], WaitMinutes = 30 }),
        ("protected branches may deploy", Wanted, new EnvironmentProtection { Name = "production", OnlyProtectedBranches = true, Reviewers = [Platform, Kim], PreventsSelfReview = true }),
        ("nobody is to review any more", Of(null), Wanted),
        ("branches of any depth", Of(new AutoDeploy("release/**", null)), null),
        ("tags of any depth, from within a name", Of(new AutoDeploy(null, "v**")), null),
        ("branches with any depth in the middle", Of(new AutoDeploy("a/**/b-*", null)), null),
        ("too many reviewers", Of(null, [.. Enumerable.Range(1, 7).Select(n => new Reviewer(false, $"user{n}"))]), null),
        ("too long a wait", Of(null) with { WaitMinutes = 50_000 }, null),
    ];

    [Fact]
    public void Plans_say_what_would_change_and_what_loosens()
    {
        var told = new StringBuilder();
        foreach (var (story, wanted, found) in Cases)
        {
            var plan = EnvironmentPlan.Of(wanted, found);
            told.Append($"{story}\n");
            foreach (var line in plan.Lines) told.Append($"  {line}\n");
            foreach (var refused in plan.Refused) told.Append($"  refused: {refused}\n");
            if (plan.Matches) told.Append("  nothing to do\n");
        }

        Snapshot.Matches(told.ToString());
    }

    [Fact]
    public void What_was_made_to_match_matches()
    {
        var protections = from reviewers in Gen.SubListOf(Platform, Kim, new Reviewer(false, "ana"))
                          from refs in Gen.SubListOf(new RefPattern(false, "main"), new RefPattern(true, "v*"))
                          from all in Gen.Elements(true, false)
                          from minutes in Gen.Choose(0, 2)
                          select new EnvironmentProtection { Name = "production", Reviewers = [.. reviewers], Refs = all ? null : [.. refs], WaitMinutes = minutes, PreventsSelfReview = all };
        Prop.ForAll(protections.Two().ToArbitrary(), both => EnvironmentPlan.Of(both.Item1, both.Item1).Matches
            && (EnvironmentPlan.Of(both.Item1, both.Item2).Matches == EnvironmentPlan.Of(both.Item2, both.Item1).Matches)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static EnvironmentProtection Of(AutoDeploy? rule, params IReadOnlyList<Reviewer> reviewers) => EnvironmentProtection.Of(
        "production", new EnvironmentSpec { Name = "production", Target = new TargetSpec("github", new JsonObject()), AutoDeploy = rule }, "web", reviewers);
}
