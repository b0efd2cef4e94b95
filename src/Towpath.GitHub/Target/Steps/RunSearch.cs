using System.Text.RegularExpressions;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target.Steps;

/// <summary>What was found of a dispatched run. Never is the newest one taken for it.</summary>
internal abstract record RunFinding
{
    public sealed record Found(WorkflowRun Run) : RunFinding;

    /// <summary>There is none: every run since then is known to be another one.</summary>
    public sealed record Nothing : RunFinding;

    /// <summary>There are runs that may be it or not: neither their names nor their steps show what they were given.</summary>
    public sealed record Unclear(WorkflowRun One) : RunFinding;
}

/// <summary>Finds the run that this App gave an id, by its name, or by the name of a job or step: <c>run-name</c> is evaluated when a run is made, so that it is seen at once.</summary>
internal sealed partial class RunSearch(ActionsApi actions, OwnWork own)
{
    private const int MostRuns = 300;

    /// <summary>GitHub's clock may be behind ours.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(5);

    public async Task<RunFinding> FindAsync(GitHubRepository repository, string workflow, string id, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var unclear = new List<WorkflowRun>();
        await foreach (var run in actions.RunsOfAsync(repository, workflow, "workflow_dispatch", since - Before, cancellationToken).Take(MostRuns).WithCancellation(cancellationToken))
        {
            if (Shows(run.DisplayTitle, id) && await own.IsAsync(run, cancellationToken)) return new RunFinding.Found(run);
            if (!In(run.DisplayTitle).Any() || (IsAmong(run.DisplayTitle, id) && await own.IsAsync(run, cancellationToken))) unclear.Add(run);
        }

        for (var i = unclear.Count - 1; i >= 0; i--)
        {
            var names = await NamesAsync(repository, unclear[i].Id, cancellationToken);
            if (names.Exists(name => Shows(name, id)) && await own.IsAsync(unclear[i], cancellationToken)) return new RunFinding.Found(unclear[i]);
            if (names.Exists(name => In(name).Any() && !IsAmong(name, id))) unclear.RemoveAt(i);
        }

        return unclear.Count > 0 ? new RunFinding.Unclear(unclear[0]) : new RunFinding.Nothing();
    }

    private async Task<List<string>> NamesAsync(GitHubRepository repository, long run, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var job in actions.JobsAsync(repository, run, cancellationToken).Take(100).WithCancellation(cancellationToken))
        {
            names.Add(job.Name);
            names.AddRange((job.Steps ?? []).Select(step => step.Name));
        }

        return names;
    }

    /// <summary>The whole id, and no other beside it: a branch, which a run's name may show as well, can be called like anything.</summary>
    private static bool Shows(string? text, string id) => In(text).Distinct(StringComparer.Ordinal).ToList() is [var only] && string.Equals(only, id, StringComparison.Ordinal);

    private static bool IsAmong(string? text, string id) => In(text).Distinct(StringComparer.Ordinal).ToList() is { Count: > 1 } ids && ids.Contains(id, StringComparer.Ordinal);

    private static IEnumerable<string> In(string? text) => Ids().Matches(text ?? "").Select(match => match.Value);

    /// <summary>As <c>StepContext.IdempotencyToken</c> has it.</summary>
    [GeneratedRegex(@"\b[0-9a-f]{32}-[sr][0-9]{1,3}\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    internal static partial Regex Ids();
}
