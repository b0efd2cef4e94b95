using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Deployments;
using Towpath.Core.Watches;
using Xunit;

namespace Towpath.Core.Tests.Watches;

/// <summary>Random days of pushes, checks and deployments, heard in any order and as often as may be.</summary>
[Trait("Row", "D3")]
[Trait("Row", "T5")]
public sealed class WatchInvariantTests
{
    private static readonly string[] Commits = ["aaaaaaa111", "bbbbbbb222", "ccccccc333"];

    private static readonly Gen<Heard> Pushes =
        from sha in Gen.Elements<string?>([.. Commits, null])
        from minute in Gen.Choose(0, 20)
        select new Heard(scene => scene.Pushed(sha, minute), $"push {sha} at {minute}");

    private static readonly Gen<Heard> Checks =
        from name in Gen.Elements("build", "test")
        from said in Gen.Elements("success", "success", "success", "queued", "in_progress", "failure", "skipped")
        from minute in Gen.Choose(0, 20)
        from id in Gen.Choose(1, 4)
        select new Heard(scene => scene.Checked(name, said, minute, id), $"{name} #{id} {said} at {minute}");

    private static readonly Gen<Phase> Ends = Gen.Elements(
        Phase.Succeeded, Phase.Running, Phase.Failed, Phase.RolledBack, Phase.RollbackFailed, Phase.Cancelled, Phase.Superseded);

    [Fact]
    public void Any_order_with_repetitions_ends_in_the_same_decision()
    {
        var days =
            from facts in Gen.ListOf(Gen.Frequency((1, Pushes), (2, Checks)))
            from more in Gen.ListOf(Gen.Elements(facts.Count > 0 ? facts.ToArray() : [new Heard(scene => scene, "nothing")]))
            from shuffled in Gen.Shuffle([.. facts, .. more])
            select (Told: facts.ToArray(), Heard: shuffled);
        Prop.ForAll(days.ToArbitrary(), day => Commits.All(sha => InJson(Apply(day.Told), sha) == InJson(Apply(day.Heard), sha)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Attempts_in_any_order_with_repetitions_end_in_the_same_decision()
    {
        var attempts =
            from phases in Gen.NonEmptyListOf(Gen.Zip(Ends, Gen.Choose(0, 20)))
            let told = phases.Select((phase, number) => new AttemptFact(new DeploymentId($"{number:x32}"), phase.Item1, WatchScene.At(phase.Item2))).ToArray()
            from heard in Gen.Shuffle([.. told, .. told.Take(2)])
            select (Told: told, Heard: heard);
        var scene = new WatchScene().Pushed(Commits[0], 10).Checked("build", "success", 5);
        Prop.ForAll(attempts.ToArbitrary(), both =>
            InJson(scene with { Attempts = both.Told }, Commits[0]) == InJson(scene with { Attempts = both.Heard }, Commits[0]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Stale_watches_never_deploy() => Always((scene, sha) => scene.Stand is { IsDisputed: false } stand && stand.Sha == sha);

    [Fact]
    [Trait("Row", "N7")]
    public void Nothing_deploys_without_a_check_that_passed_and_never_over_one_that_did_not() => Always((scene, _) =>
    {
        var states = scene.NewestChecks.Select(fact => CommitChecks.StateOf(fact.Kind, fact.State)).ToArray();
        return states.Contains(CheckState.Passed) && states.All(state => state is CheckState.Passed or CheckState.Skipped);
    });

    [Fact]
    public void At_most_one_deployment_of_a_commit_is_under_way_or_has_succeeded() => Always((scene, _) =>
        scene.Attempts.All(attempt => attempt.Phase is Phase.Failed or Phase.RolledBack or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded));

    [Fact]
    public void What_failed_is_tried_again_only_after_a_later_push() => Always((scene, sha) =>
        scene.Attempts.Count == 0 || scene.Refs.Any(moved => moved.Sha == sha && moved.At > scene.Attempts.Max(attempt => attempt.At)));

    [Fact]
    public void Random_days_do_deploy()
    {
        var deployed = 0;
        Always((_, _) => ++deployed > 0);
        Assert.InRange(deployed, 100, int.MaxValue);
    }

    /// <summary>Lives through random days: after each thing that is heard all watches are evaluated, and what they say is done, with some end of it.</summary>
    private static void Always(Func<WatchScene, string, bool> holdsWhenItDeploys)
    {
        var days = Gen.Zip(Gen.ListOf(Gen.Frequency((2, Pushes), (3, Checks)), 25), Gen.ListOf(Ends, 40));
        Prop.ForAll(days.ToArbitrary(), day =>
        {
            var (scene, ends) = (new WatchScene(), new Queue<Phase>(day.Item2));
            var attempts = Commits.ToDictionary(sha => sha, _ => (IReadOnlyList<AttemptFact>)[], StringComparer.Ordinal);
            foreach (var heard in day.Item1)
            {
                scene = heard.Apply(scene);
                foreach (var sha in Commits)
                {
                    var mine = scene with { Attempts = attempts[sha] };
                    if (mine.Evaluate(sha).Outcome != WatchOutcome.Deploy) continue;
                    if (!holdsWhenItDeploys(mine, sha)) return false;
                    // It ends a minute after the last push that was heard of, so that only a later push asks again.
                    var end = scene.Refs.Max(moved => moved.At).AddSeconds(30);
                    attempts[sha] = [.. attempts[sha], new AttemptFact(new DeploymentId($"{attempts[sha].Count:x32}"), ends.TryDequeue(out var phase) ? phase : Phase.Succeeded, end)];
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static WatchScene Apply(IEnumerable<Heard> heard) => heard.Aggregate(new WatchScene(), (scene, fact) => fact.Apply(scene));

    private static string InJson(WatchScene scene, string sha)
    {
        var decision = scene.Evaluate(sha);
        return $"{decision.Outcome} {JsonSerializer.Serialize(decision.Why, CoreJson.Default.GateResult)}";
    }

    /// <summary>One thing that is heard; told by its words where a property fails.</summary>
    private sealed record Heard(Func<WatchScene, WatchScene> Apply, string Told)
    {
        public override string ToString() => Told;
    }
}
