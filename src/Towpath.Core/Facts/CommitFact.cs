using System.Globalization;
using System.Text.RegularExpressions;

namespace Towpath.Core.Facts;

public enum CommitFactKind
{
    /// <summary>A commit status: a context and its state.</summary>
    Status,

    /// <summary>A check run of an app.</summary>
    Check,
}

/// <summary>What was last said of a commit under one name: a status or a check run. Jobs of GitHub Actions that are called alike are one only within one run of a workflow.</summary>
public sealed partial record CommitFact
{
    private const string Actions = "github-actions";
    private static readonly string[] Harmless = ["success", "neutral", "skipped"];

    public required long RepositoryId { get; init; }

    public required string Sha { get; init; }

    public required CommitFactKind Kind { get; init; }

    /// <summary>The slug of the app that a check run belongs to; empty for a status, which has none.</summary>
    public required string App { get; init; }

    /// <summary>The context of a status, the name of a check run.</summary>
    public required string Name { get; init; }

    /// <summary>A status's state; a check run's conclusion once it has one, before that its status: all in GitHub's words.</summary>
    public required string State { get; init; }

    /// <summary>When that was said, as GitHub tells; for what was asked of the API, the instant of asking.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>GitHub's id of the status or check run; later ones have higher ids.</summary>
    public required long Id { get; init; }

    public string? Url { get; init; }

    /// <summary>The workflow run that a check run of GitHub Actions is a job of, as its address says; 0 for everything else. Run again it stays the same one.</summary>
    public long WorkflowRun =>
        Kind == CommitFactKind.Check && string.Equals(App, Actions, StringComparison.Ordinal) && Url is { } url && RunIn().Match(url) is { Success: true } match
        && long.TryParse(match.Groups["run"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var run) ? run : 0;

    /// <summary>
    /// The greater one counts, in whatever order they come. Of statuses the later one, then the higher id; of check runs that with the higher id, since an earlier run that
    /// ends late says nothing of the one that took its place; within one second, what is further, and of two outcomes the one that is no success.
    /// </summary>
    public (long First, long Second, long Third) Order => Kind switch
    {
        CommitFactKind.Status => (At.UtcTicks, Id, Harmless.Contains(State, StringComparer.Ordinal) ? 0 : 1),
        CommitFactKind.Check => (Id, At.UtcTicks, Progress),
    };

    private long Progress => State switch
    {
        "queued" or "requested" or "waiting" or "pending" => 0,
        "in_progress" => 1,
        _ => Harmless.Contains(State, StringComparer.Ordinal) ? 2 : 3,
    };

    [GeneratedRegex("/actions/runs/(?<run>[0-9]{1,18})(/|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RunIn();
}
