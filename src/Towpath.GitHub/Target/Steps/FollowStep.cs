using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target.Steps;

/// <summary>Waits for the outcome that whoever listens reports with deployment statuses. Only their word counts, and only until the time is over.</summary>
internal sealed class FollowStep(IRepositoryFinder finder, DeploymentsApi deployments, TimeProvider time) : GitHubStep(finder, time)
{
    public const string Name = "github.follow";

    /// <summary>Where it runs, among the outputs.</summary>
    public const string EnvironmentUrl = "environment_url";

    public const string LogUrl = "log_url";

    public override string Kind => Name;

    // `within` of the spec ends it; GitHub waits 30 days for a review.
    public override StepPolicy Policy { get; } = new(TimeSpan.FromDays(31), ErrorBudget: 20);

    protected override async Task<StepResult> RunAsync(GitHubRun run, CancellationToken cancellationToken)
    {
        if (run.RecordOf(CreateStep.Name, run.IsRollback)?.Outputs?[CreateStep.Id] is not JsonValue noted || !noted.TryGetValue<long>(out var id))
            return new StepResult.Failed("it is not known which deployment at GitHub it was: deploy again");
        var told = await StatusesAsync(deployments, run, id, cancellationToken);
        return told.Count > 0 && OutcomeOf(run, told) is { } outcome ? outcome : Wait(run, told.Count > 0 ? told[0] : null);
    }

    /// <summary>Newest first.</summary>
    internal static async Task<List<GitHubDeploymentStatus>> StatusesAsync(DeploymentsApi deployments, GitHubRun run, long id, CancellationToken cancellationToken)
    {
        var told = new List<GitHubDeploymentStatus>();
        await foreach (var status in deployments.StatusesAsync(run.Repository, id, cancellationToken))
        {
            told.Add(status);
            if (told.Count == 100) break;
        }

        return told;
    }

    private static StepResult? OutcomeOf(GitHubRun run, List<GitHubDeploymentStatus> told)
    {
        var newest = told[0];
        switch (newest.State)
        {
            case "success":
                run.Context.Log(StatusWords.Of(newest));
                return new StepResult.Done(StatusWords.Links(newest));
            case "failure" or "error":
                return new StepResult.Failed(StatusWords.Of(newest));
            case "inactive" when told.Any(status => status.State == "success"):
                return new StepResult.Superseded($"it succeeded, and then {StatusWords.Who(newest)} made it inactive: something else was deployed to {PlainText.Of(run.Inputs.Environment, 100)}");
            case "inactive":
                return new StepResult.Failed($"{StatusWords.Who(newest)} made it inactive before it succeeded");
            default:
                return null;
        }
    }

    private StepResult Wait(GitHubRun run, GitHubDeploymentStatus? newest)
    {
        var elapsed = Time.GetUtcNow() - run.Context.StartedAt;
        if (elapsed <= run.Inputs.Within) return new StepResult.Running(Pace.After(elapsed, run.Inputs.Within), newest is null ? "nobody has answered to the deployment yet" : StatusWords.Of(newest));
        return new StepResult.Failed(newest is null
            ? $"nobody answered to the GitHub Deployment within {Pace.Words(run.Inputs.Within)}: add a workflow `on: deployment`, or check that what listens receives it"
            : $"no outcome came within {Pace.Words(run.Inputs.Within)}; last, {StatusWords.Of(newest)}");
    }
}

/// <summary>When to look again where nobody tells: soon at first, then less and less often.</summary>
internal static class Pace
{
    private static readonly TimeSpan Fastest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(15);

    public static TimeSpan After(TimeSpan elapsed, TimeSpan within)
    {
        var wait = elapsed / 4;
        if (wait < Fastest) wait = Fastest;
        if (wait > Slowest) wait = Slowest;
        // Not long after the time is over.
        var left = within - elapsed + TimeSpan.FromMilliseconds(1);
        return left > TimeSpan.Zero && left < wait ? left : wait;
    }

    public static string Words(TimeSpan within) => within.TotalMinutes >= 2 ? $"{within.TotalMinutes:0.#} minutes" : $"{within.TotalSeconds:0} seconds";
}

/// <summary>What somebody told, in words. Everything in it is theirs.</summary>
internal static class StatusWords
{
    public static string Of(GitHubDeploymentStatus status)
    {
        var description = PlainText.Of(status.Description ?? "", 200);
        var log = LinkOf(status.LogUrl);
        return $"{Who(status)} reports {PlainText.Of(status.State, 20).Replace('_', ' ')}{(description.Length > 0 ? $": {description}" : "")}{(log is null ? "" : $" (log: {log})")}";
    }

    public static string Who(GitHubDeploymentStatus status) => status.Creator is { } creator ? PlainText.Of(creator.Login, 100) : "somebody";

    public static JsonObject? Links(GitHubDeploymentStatus status)
    {
        var links = new JsonObject();
        if (LinkOf(status.EnvironmentUrl) is { } environment) links[FollowStep.EnvironmentUrl] = environment;
        if (LinkOf(status.LogUrl) is { } log) links[FollowStep.LogUrl] = log;
        return links.Count > 0 ? links : null;
    }

    /// <summary>Only an address of the web is shown.</summary>
    public static string? LinkOf(string? text) =>
        text is { Length: > 0 and <= 2000 } && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 ? url.AbsoluteUri : null;
}
