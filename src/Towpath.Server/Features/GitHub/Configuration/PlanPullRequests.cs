using Towpath.Core.Applications;
using Towpath.Core.Commands;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.Configuration;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Features.GitHub.Status;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>
/// Says in a pull request what it would change about the configuration, in one comment that is kept up to date. What it holds is read and checked, never run and never
/// in force; so it makes no difference whose it is.
/// </summary>
public sealed class PlanPullRequests(
    ServerOptions options, ConfigurationBranch branch, PullsApi pulls, PlannedFiles files, ConfigurationLoader loader, OwnComment comment, PlanServices services) : IWorkHandler
{
    public string Kind => PlanWork.Kind;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(services.Store, services.Engine, work, async () =>
    {
        var (repository, number) = Numbers.Pair(work.Subject);
        if (options.ConfigurationRepository is { } wanted && (await branch.FindAsync(wanted, signals.Stop)).Branch is { } standing && standing.RepositoryId == repository)
            await PlanAsync(standing, number, signals.Stop);
        await services.Engine.FinishAsync(work, [], signals.Stop);
    });

    public Task<IReadOnlyList<Change>?> GivenUpAsync(ClaimedWork work, Exception exception, CancellationToken cancellationToken) => Task.FromResult(GitHubWork.GivenUp(work, exception));

    private async Task PlanAsync(StandingBranch standing, long number, CancellationToken cancellationToken)
    {
        if (await pulls.FindAsync(standing.At, number, cancellationToken) is not { State: "open" } pull || pull.Base.Ref != standing.Branch) return;
        var (before, after) = await files.ReadAsync(standing, pull, cancellationToken);
        if (after is null) return;
        await comment.SayAsync(standing.At, number, PlanComment.Marker, Text(before, after, pull.Head.Sha), cancellationToken);
    }

    private string Text(FolderReading before, FolderReading after, string head)
    {
        if (after.Problems.Count > 0) return PlanComment.Wrong(after.Problems, head);
        var loaded = loader.Load(after.ToFiles(head), options.Limits);
        if (loaded.Configuration is not { } configuration) return PlanComment.Wrong(loaded.Errors, head);
        var now = before.Problems.Count > 0 ? null : loader.Load(before.ToFiles(null), limits: null).Configuration;
        return PlanComment.Right(
            ConfigurationDifference.Of(now ?? Core.Applications.Configuration.Empty, configuration), head,
            now is null ? "What stands on the branch now is wrong itself; this is compared with an empty configuration" : null);
    }
}

/// <summary>What work needs.</summary>
public sealed record PlanServices(IStore Store, EngineServices Engine);

/// <summary>The configuration's files as they would be with a pull request merged: those of the branch, with what the pull request changes at its head.</summary>
public sealed class PlannedFiles(PullsApi pulls, TreesApi trees, ContentsApi contents)
{
    /// <summary>After is null where the pull request changes nothing of the configuration.</summary>
    internal async Task<(FolderReading Before, FolderReading? After)> ReadAsync(StandingBranch standing, PullRequest pull, CancellationToken cancellationToken)
    {
        var reader = new TreeReader(trees, contents, new Dictionary<string, byte[]>(StringComparer.Ordinal));
        var before = await reader.ReadAsync(standing.At, standing.Commit, cancellationToken);
        var changed = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var file in pulls.FilesAsync(standing.At, pull.Number, cancellationToken))
        {
            changed.Add(file.Filename);
            if (file.PreviousFilename is { } was) changed.Add(was);
        }

        if (!changed.Any(IsOurs)) return (before, null);
        var head = await new TreeReader(trees, contents, reader.Read).ReadAsync(standing.At, pull.Head.Sha, cancellationToken);
        return (before, Merged(before, head, changed));
    }

    private static bool IsOurs(string path) => ConfigurationFolder.IsSpec(path) || path.StartsWith(ConfigurationFolder.Applications, StringComparison.Ordinal) || path == "apps";

    /// <summary>What the branch got since the pull request left it stays; of the rest, the pull request's word counts.</summary>
    private static FolderReading Merged(FolderReading before, FolderReading head, HashSet<string> changed)
    {
        var files = before.Files.Where(file => !changed.Contains(file.Key)).Concat(head.Files.Where(file => changed.Contains(file.Key) || !before.Files.ContainsKey(file.Key) && !ConfigurationFolder.IsSpec(file.Key)))
            .ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
        return new FolderReading(files, [.. head.Problems.Where(problem => changed.Contains(problem.File)), .. before.Problems.Where(problem => !changed.Contains(problem.File))]);
    }
}
