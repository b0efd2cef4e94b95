using Towpath.Core.Applications;
using Towpath.Core.Facts;

namespace Towpath.Core.Watches;

/// <summary>What a check's word means for a commit.</summary>
public enum CheckState
{
    Pending,
    Passed,

    /// <summary>It ended without a verdict, as neutral or skipped: it keeps nobody out, and proves nothing either.</summary>
    Skipped,
    Failed,
}

/// <summary>What is known of the checks of one commit.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Facts">Its statuses and check runs, in any order, repeated or not.</param>
public sealed record CommitChecks(string Commit, IReadOnlyCollection<CommitFact> Facts)
{
    /// <summary>Why it is not known how the checks stand; null where it is known. What is not known keeps gates closed.</summary>
    public string? Unavailable { get; init; }

    /// <summary>
    /// Ids of the check runs that belong to workflow runs which a deployment started. Among all checks they do not count, or a deployment that
    /// failed could never be tried again; asked for by name they do where nothing else reports under it.
    /// </summary>
    public IReadOnlySet<long> RunsOfDeployments { get; init; } = new HashSet<long>();

    public static CommitChecks NotKnown(string commit, string why) => new(commit, []) { Unavailable = why };

    /// <summary>The newest word for each kind, app and name, and of jobs of GitHub Actions for each run, in a fixed order.</summary>
    public IReadOnlyList<CommitFact> Newest() => Newest(Facts, fact => (fact.Kind, fact.App, fact.Name, fact.WorkflowRun));

    /// <summary>All that count where every check does: what a deployment started says nothing of the commit.</summary>
    public IReadOnlyList<CommitFact> OfCommit() => [.. Newest().Where(fact => !IsOfDeployment(fact))];

    /// <summary>What is said under a name: the newest word for each kind and app. A run that a deployment started takes no other's place.</summary>
    public IReadOnlyList<CommitFact> Named(string name)
    {
        CommitFact[] said = [.. Facts.Where(fact => RequiredChecks.IsAsked(name, fact))];
        CommitFact[] others = [.. said.Where(fact => !IsOfDeployment(fact))];
        return Newest(others.Length > 0 ? others : said, fact => (fact.Kind, fact.App, fact.Name, 0));
    }

    public bool IsOfDeployment(CommitFact fact) => fact.Kind == CommitFactKind.Check && RunsOfDeployments.Contains(fact.Id);

    private static IReadOnlyList<CommitFact> Newest(IEnumerable<CommitFact> facts, Func<CommitFact, (CommitFactKind, string, string, long)> same) =>
    [
        .. facts.GroupBy(same)
            .Select(alike => alike.OrderByDescending(fact => fact.Order).ThenBy(fact => fact.State, StringComparer.Ordinal).ThenBy(fact => fact.Url, StringComparer.Ordinal).First())
            .OrderBy(fact => fact.Name, StringComparer.Ordinal).ThenBy(fact => fact.App, StringComparer.Ordinal).ThenBy(fact => fact.Kind).ThenBy(fact => fact.WorkflowRun),
    ];

    /// <summary>What GitHub's word means. A word that nobody knows is no yes.</summary>
    public static CheckState StateOf(CommitFactKind kind, string said) => said switch
    {
        "success" => CheckState.Passed,
        "pending" => CheckState.Pending,
        "neutral" or "skipped" when kind == CommitFactKind.Check => CheckState.Skipped,
        "queued" or "in_progress" or "waiting" or "requested" when kind == CommitFactKind.Check => CheckState.Pending,
        _ => CheckState.Failed,
    };
}
