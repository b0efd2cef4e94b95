using Towpath.Core.Applications;
using Towpath.Core.Facts;
using Towpath.Core.Watches;

namespace Towpath.Core.Gates;

/// <summary>
/// CI said yes to this very commit. Named checks must each have passed; where none is named, every check that is known for the commit, and at
/// least one must have succeeded. What is not known, or not known yet, is no yes.
/// </summary>
public sealed class ChecksGate : IGate
{
    private const int MostShown = 20;
    private const int LongestName = 120;

    public string Name => "checks";

    public IReadOnlyList<GateSignal> ChangedBy { get; } = [GateSignal.ChecksChanged, GateSignal.ConfigurationChanged];

    public GateResult? Evaluate(GateInput input)
    {
        if (input.Environment.RequiredChecks is not { } required) return null;
        if (WhyUnknown(input.Checks) is { } why) return Tree([GateEvaluator.Fact("checks_unavailable", GateState.Closed, ("reason", why))], 0);
        return required.IsEvery ? Every(input.Checks!.OfCommit(), input.Checks.Commit) : Named(input.Checks!, required);
    }

    /// <summary>Whether a result tree waits for word on the checks, which nobody but GitHub can give.</summary>
    public static bool IsUnavailable(GateResult result) => result.Gate is "checks_unavailable" || result.Children.Any(IsUnavailable);

    private static string? WhyUnknown(CommitChecks? checks) => checks is null ? "nothing here knows the checks of commits" : checks.Unavailable;

    /// <summary>One line for each name. Where several apps report under one name, each of them must have passed.</summary>
    private static GateResult Named(CommitChecks checks, RequiredChecks required) => Tree(
        [.. required.Names.Distinct(StringComparer.Ordinal).SelectMany(name => Reported(name, checks.Named(name)))], 0);

    private static IEnumerable<GateResult> Reported(string name, IReadOnlyList<CommitFact> facts) =>
        facts.Count == 0 ? [GateEvaluator.Fact("check", GateState.Closed, ("name", Shown(name)))] : facts.Select(Line);

    private static GateResult Every(IReadOnlyList<CommitFact> counted, string commit)
    {
        var passed = counted.Count(fact => StateOf(fact) == CheckState.Passed);
        GateResult[] others = [.. counted.Where(fact => StateOf(fact) is CheckState.Pending or CheckState.Failed).Select(Line)];
        var count = GateEvaluator.Fact("checks_passed", GateEvaluator.OpenIf(passed > 0), ("count", passed.ToString()), ("commit", CommitName.Short(commit)));
        // Without one that passed, those that have not ended are what it waits for already.
        GateResult[] children = passed == 0 && others.Length > 0 ? others : [count, .. others];
        return Tree([.. children.Take(MostShown)], Math.Max(0, children.Length - MostShown));
    }

    private static GateResult Line(CommitFact fact) => GateEvaluator.Fact(
        "check", GateEvaluator.OpenIf(StateOf(fact) is CheckState.Passed or CheckState.Skipped),
        ("name", Shown(fact.Name)), ("app", fact.App.Length > 0 ? Shown(fact.App) : null), ("said", Shown(fact.State)), ("state", Word(StateOf(fact))), ("kind", fact.Kind == CommitFactKind.Status ? "status" : null), ("url", fact.Url));

    // What is not shown is never open by that: more than the limit are shown only where they are closed.
    private static GateResult Tree(GateResult[] children, int more) => GateEvaluator.Fact(
        "checks", GateEvaluator.OpenIf(more == 0 && children.All(child => child.IsOpen)), ("more", more > 0 ? more.ToString() : null)) with
    {
        Children = children,
    };

    private static CheckState StateOf(CommitFact fact) => CommitChecks.StateOf(fact.Kind, fact.State);

    private static string Word(CheckState state) => state switch
    {
        CheckState.Pending => "pending",
        CheckState.Passed => "passed",
        CheckState.Skipped => "skipped",
        CheckState.Failed => "failed",
    };

    private static string Shown(string text) => PlainText.Of(text, LongestName);
}
