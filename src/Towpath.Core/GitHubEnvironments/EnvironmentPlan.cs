namespace Towpath.Core.GitHubEnvironments;

public enum PlanMark
{
    Add,
    Change,
    Remove,
}

/// <summary>One line of a plan.</summary>
/// <param name="Mark">What would happen.</param>
/// <param name="Text">To what, with what was found and what is wanted.</param>
/// <param name="Loosens">Somebody may do more after it than before: worth a second look.</param>
public sealed record EnvironmentLine(PlanMark Mark, string Text, bool Loosens = false)
{
    public override string ToString() => $"{Mark switch { PlanMark.Add => "+", PlanMark.Change => "~", PlanMark.Remove => "-" }} {Text}{(Loosens ? " (loosens)" : "")}";
}

/// <summary>What it takes to make an environment of GitHub match its spec.</summary>
/// <param name="Lines">Empty where it matches.</param>
/// <param name="Refused">What GitHub could not take, in sentences that say what to change; with any, nothing is applied.</param>
public sealed record EnvironmentPlan(IReadOnlyList<EnvironmentLine> Lines, IReadOnlyList<string> Refused)
{
    public bool Matches => Lines.Count == 0 && Refused.Count == 0;

    /// <param name="wanted">By the spec.</param>
    /// <param name="found">At GitHub; null where there is none of this name.</param>
    public static EnvironmentPlan Of(EnvironmentProtection wanted, EnvironmentProtection? found)
    {
        var before = found ?? new EnvironmentProtection { Name = wanted.Name };
        EnvironmentLine[] made = found is null ? [new EnvironmentLine(PlanMark.Add, $"environment {wanted.Name}")] : [];
        return new EnvironmentPlan(
            [.. made, .. ReviewerLines(wanted, before), .. WaitLines(wanted, before), .. RefLines(wanted, before)], [.. RefusalsOf(wanted)]);
    }

    private static IEnumerable<EnvironmentLine> ReviewerLines(EnvironmentProtection wanted, EnvironmentProtection found)
    {
        foreach (var reviewer in Sorted(wanted.Reviewers.Except(found.Reviewers)))
            // One of them suffices, so that each one more opens a door, but for the first.
            yield return new EnvironmentLine(PlanMark.Add, $"{wanted.Name}: reviewer {reviewer}", Loosens: found.Reviewers.Count > 0);
        foreach (var reviewer in Sorted(found.Reviewers.Except(wanted.Reviewers)))
            yield return new EnvironmentLine(PlanMark.Remove, $"{wanted.Name}: reviewer {reviewer}", Loosens: wanted.Reviewers.Count == 0);
        if (wanted.PreventsSelfReview != found.PreventsSelfReview)
            yield return new EnvironmentLine(
                PlanMark.Change, $"{wanted.Name}: who started a deployment {(wanted.PreventsSelfReview ? "may no longer" : "may")} review it", Loosens: !wanted.PreventsSelfReview);
    }

    private static IEnumerable<EnvironmentLine> WaitLines(EnvironmentProtection wanted, EnvironmentProtection found)
    {
        if (wanted.WaitMinutes != found.WaitMinutes)
            yield return new EnvironmentLine(PlanMark.Change, $"{wanted.Name}: wait {found.WaitMinutes} → {wanted.WaitMinutes} minutes", Loosens: wanted.WaitMinutes < found.WaitMinutes);
    }

    private static IEnumerable<EnvironmentLine> RefLines(EnvironmentProtection wanted, EnvironmentProtection found)
    {
        var (before, after) = (Words(found), Words(wanted));
        if (!string.Equals(before, after, StringComparison.Ordinal))
            yield return new EnvironmentLine(
                PlanMark.Change, $"{wanted.Name}: {before} → {after} may deploy",
                // Chosen refs need not be protected ones.
                Loosens: wanted is { Refs: null, OnlyProtectedBranches: false } || found.OnlyProtectedBranches);
        foreach (var pattern in Sorted((wanted.Refs ?? []).Except(found.Refs ?? [])))
            yield return new EnvironmentLine(PlanMark.Add, $"{wanted.Name}: {pattern}", Loosens: found.Refs is not null);
        foreach (var pattern in Sorted((found.Refs ?? []).Except(wanted.Refs ?? [])))
            yield return new EnvironmentLine(PlanMark.Remove, $"{wanted.Name}: {pattern}");
    }

    private static string Words(EnvironmentProtection protection) =>
        protection.OnlyProtectedBranches ? "protected branches" : protection.Refs is null ? "all branches and tags" : "chosen branches and tags";

    private static IEnumerable<string> RefusalsOf(EnvironmentProtection wanted)
    {
        if (wanted.Reviewers.Count > EnvironmentProtection.MostReviewers)
            yield return $"{wanted.Name}: {wanted.Reviewers.Count} reviewers are wanted, and GitHub takes {EnvironmentProtection.MostReviewers}; name a team instead of its people";
        if (wanted.WaitMinutes is < 0 or > EnvironmentProtection.LongestWait)
            yield return $"{wanted.Name}: {wanted.WaitMinutes} minutes to wait are wanted, and GitHub takes 0 to {EnvironmentProtection.LongestWait}; wait less";
    }

    private static IEnumerable<T> Sorted<T>(IEnumerable<T> items) where T : notnull => items.OrderBy(item => item.ToString(), StringComparer.Ordinal);
}
