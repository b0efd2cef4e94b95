using Towpath.Core.Commands;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Status;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>
/// Says in a pull request what it would change about the configuration, in one comment that is kept up to date. Pull requests of forks are looked at within a budget that is asked before anything else.
/// </summary>
internal sealed class PlanPullRequests(IEnumerable<IPullPlan> plans, ConfigurationBranch branch, PullsApi pulls, ForkBudget budget, OwnComment comment, PlanServices services) : IGitHubWorkHandler
{
    private const int ListedAtOnce = 100;

    /// <summary>GitHub tells of no more files of a pull request (REST API, "List pull requests files").</summary>
    private const int MostTold = 3000;

    public string Kind => PlanWork.Kind;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(services.Store, services.Engine, work, async () =>
    {
        var (repository, number) = Numbers.Pair(work.Subject);
        if (await services.Repositories.FindAsync(repository, signals.Stop) is { } known)
        {
            var wanted = plans.Select(plan => (plan, At: plan.Wanted(known.At.FullName))).Where(one => one.At is not null).Select(one => new Wish(one.plan, one.At!)).ToList();
            if (wanted.Count > 0) await PlanAsync(known, number, wanted, signals.Stop);
        }

        await services.Engine.FinishAsync(work, [], signals.Stop);
    });

    private async Task PlanAsync(KnownRepository repository, long number, IReadOnlyList<Wish> wanted, CancellationToken cancellationToken)
    {
        // Whoever told of it said whether it is a fork's; one that nobody told of is taken for one.
        var told = await services.Store.Facts.PullAsync(repository.Id, number, cancellationToken);
        var spending = new PullSpending(budget, repository.At, told is not { IsFork: false });
        spending.Calls(1);
        if (await pulls.FindAsync(repository.At, number, cancellationToken) is not { State: "open" } pull) return;
        if (pull.IsFork != spending.IsFork) spending = new PullSpending(budget, repository.At, pull.IsFork);
        var changed = await ChangedAsync(repository.At, pull, spending, cancellationToken);
        var found = new List<ConfigurationPlan>();
        var isUnsure = changed.Paths.Count >= MostTold;
        foreach (var wish in wanted.Where(wish => changed.Paths.Any(wish.Plan.IsOne)))
        {
            spending.Calls(2);
            var look = await branch.FindAsync(wish.At, cancellationToken);
            isUnsure |= look.Branch is null;
            if (look.Branch is not { } into || into.RepositoryId != repository.Id || into.Branch != pull.Base.Ref) continue;
            found.Add(changed.IsCut ? ConfigurationPlan.TooLarge : await wish.Plan.PlanAsync(new PlannedPull(into, pull, changed.Paths, spending), cancellationToken));
        }

        spending.Calls(1);
        if (found.Count > 0) await comment.SayAsync(repository.At, number, PlanComment.Marker, PlanComment.Of(ConfigurationPlan.Of(found), pull.Head.Sha, ForkBudget.Bounds), cancellationToken);
        else if (changed.IsCut) await comment.CorrectAsync(repository.At, number, PlanComment.Marker, PlanComment.Of(ConfigurationPlan.TooLarge, pull.Head.Sha, ForkBudget.Bounds), cancellationToken);
        else if (!isUnsure) await comment.CorrectAsync(repository.At, number, PlanComment.Marker, PlanComment.Nothing(pull.Head.Sha), cancellationToken);
    }

    /// <summary>Cut where a fork's list is longer than is read.</summary>
    private async Task<(IReadOnlySet<string> Paths, bool IsCut)> ChangedAsync(GitHubRepository at, PullRequest pull, PullSpending spending, CancellationToken cancellationToken)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var listed = 0;
        spending.Calls(1);
        await foreach (var file in pulls.FilesAsync(at, pull.Number, cancellationToken))
        {
            if (spending.IsFork && listed == ForkBudget.MostListed) return (changed, true);
            changed.Add(file.Filename);
            if (file.PreviousFilename is { } was) changed.Add(was);
            // The next page is fetched when this one is at its end.
            if (++listed % ListedAtOnce == 0) spending.Calls(1);
        }

        return (changed, false);
    }

    private sealed record Wish(IPullPlan Plan, ConfigurationRepository At);
}

/// <summary>What work needs.</summary>
internal sealed record PlanServices(IStore Store, EngineServices Engine, GitHubRepositories Repositories);
