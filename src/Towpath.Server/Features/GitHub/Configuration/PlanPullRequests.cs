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
        if (await files.ReadAsync(standing, pull, cancellationToken) is not { } read) return;
        var text = read.Pulled is { } after ? Text(read.Standing!, after, pull.Head.Sha) : PlanComment.TooLarge(ForkBudget.MostFiles, pull.Head.Sha);
        await comment.SayAsync(standing.At, number, PlanComment.Marker, text, cancellationToken);
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
