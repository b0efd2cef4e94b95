using Towpath.Core.Deployments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;

namespace Towpath.Core.Watches;

/// <summary>
/// Decides what becomes of a watch. The same set of facts gives the same decision, in whatever order and however often it came: events lost,
/// repeated or reordered change nothing once the facts are there.
/// </summary>
public static class WatchEvaluator
{
    public static WatchDecision Evaluate(Watch watch, WatchFacts facts)
    {
        if (facts.RefUnavailable is { } why) return Decide(WatchOutcome.Wait, RefUnknown(watch, why));
        if (facts.Stand is not { } stand) return Decide(WatchOutcome.Wait, RefUnknown(watch, "nothing was heard of it yet"));
        if (stand.IsDisputed) return Decide(WatchOutcome.Wait, RefUnknown(watch, "it moved twice in one second"));
        var standing = Standing(watch, stand);
        if (!standing.IsOpen) return Decide(WatchOutcome.Stale, standing);
        return DecideAttempt(watch, facts, stand, standing);
    }

    /// <summary>What a watch waits for whose commit is built by CI.</summary>
    public static GateResult NoBuild(string commit, string? problem = null) =>
        GateEvaluator.Fact("build", GateState.Closed, ("commit", CommitName.Short(commit)), ("problem", problem is null ? null : PlainText.Of(problem, 200)));

    /// <summary>The push came from a repository that has only the name of the application's.</summary>
    public static GateResult AnotherRepository(string why) => GateEvaluator.Fact("repository", GateState.Closed, ("reason", why));

    private static WatchDecision DecideAttempt(Watch watch, WatchFacts facts, RefFact stand, GateResult standing)
    {
        if (Newest(facts.Attempts.Where(attempt => !EndedWithoutSuccess(attempt.Phase))) is { } taken)
            return Decide(WatchOutcome.Done, standing, Attempt("deployed", watch, taken));
        // What failed is not deployed, and doing the same again by itself could go on for ever: a later push or a person asks again.
        if (Newest(facts.Attempts) is { } ended && ended.At >= stand.At)
            return Decide(WatchOutcome.Wait, standing, Attempt("attempt", watch, ended));
        GateResult[] found = [standing, .. Gates(facts.Gates).Where(Holds)];
        return Decide(found.All(gate => gate.IsOpen) ? WatchOutcome.Deploy : WatchOutcome.Wait, found);
    }

    private static IReadOnlyList<GateResult> Gates(GateResult tree) => tree.Children.Count > 0 || tree.IsOpen ? tree.Children : [tree];

    /// <summary>People approve a deployment, so that there must be one: it waits for them itself.</summary>
    private static bool Holds(GateResult gate) => gate.Gate is not "approvals";

    private static WatchDecision Decide(WatchOutcome outcome, params IReadOnlyList<GateResult> found) =>
        new(outcome, new GateResult { Gate = "watch", State = GateEvaluator.OpenIf(outcome == WatchOutcome.Deploy), Children = found });

    private static GateResult RefUnknown(Watch watch, string why) => GateEvaluator.Fact("ref_unknown", GateState.Closed, ("ref", Shown(watch.Ref)), ("reason", why));

    private static GateResult Standing(Watch watch, RefFact stand) => GateEvaluator.Fact(
        "ref", GateEvaluator.OpenIf(string.Equals(stand.Sha, watch.Sha, StringComparison.Ordinal)),
        ("ref", Shown(watch.Ref)), ("commit", CommitName.Short(watch.Sha)), ("stands_at", stand.Sha is { } sha ? CommitName.Short(sha) : null));

    private static GateResult Attempt(string gate, Watch watch, AttemptFact attempt) => GateEvaluator.Fact(
        gate, GateState.Closed,
        ("commit", CommitName.Short(watch.Sha)), ("environment", watch.Key.ToString()), ("deployment", attempt.Id.Value), ("phase", Words.Of(attempt.Phase)),
        ("at", GateEvaluator.Instant(attempt.At)), ("reason", attempt.Why));

    private static AttemptFact? Newest(IEnumerable<AttemptFact> attempts) =>
        attempts.OrderByDescending(attempt => attempt.At).ThenByDescending(attempt => attempt.Id.Value, StringComparer.Ordinal)
            .ThenByDescending(attempt => attempt.Phase).FirstOrDefault();

    private static bool EndedWithoutSuccess(Phase phase) => phase switch
    {
        Phase.Failed or Phase.RolledBack or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded => true,
        Phase.Waiting or Phase.Queued or Phase.Running or Phase.Verifying or Phase.RollingBack or Phase.NeedsAttention or Phase.Succeeded => false,
    };

    private static string Shown(string name) => PlainText.Of(name, 120);
}
