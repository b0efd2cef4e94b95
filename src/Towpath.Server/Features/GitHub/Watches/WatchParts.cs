using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Reconcile;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>What knows how commits and refs stand at GitHub.</summary>
internal static class WatchParts
{
    public static IServiceCollection AddWatchParts(this IServiceCollection services) => services
        .AddSingleton<GitHubChecks>().AddSingleton<ICommitChecks>(provider => provider.GetRequiredService<GitHubChecks>())
        .AddSingleton<IDifferences, RefDifferences>().AddSingleton<IDifferences, PullDifferences>().AddSingleton<IDifferences, ReleaseDifferences>().AddSingleton<IDifferences, CheckDifferences>()
        .AddSingleton<RepositoryComparison>().AddSingleton<IRecurringWork, ReconcileRepositories>();
}
