using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Core.Applications;
using Towpath.Engine.Work;
using Towpath.GitHub;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Calling.Limits;
using Towpath.GitHub.Webhooks.Gaps;
using Towpath.Server.Features.GitHub.App;
using Towpath.Server.Features.GitHub.Builds;
using Towpath.Server.Features.GitHub.Configuration;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Deliverybot;
using Towpath.Server.Features.GitHub.Environments;
using Towpath.Server.Features.GitHub.Mirror;
using Towpath.Server.Features.GitHub.Protection;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Teams;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub;

/// <summary>What the server does with GitHub.</summary>
internal static class GitHubParts
{
    public static IServiceCollection AddGitHub(this IServiceCollection services, ServerOptions options)
    {
        services.AddApp();
        services.AddTeams();
        services.AddTowpathGitHub(new GitHubOptions
        {
            Host = GitHubHost.Of(options.GitHub?.ApiUrl, options.GitHub?.WebUrl),
            Limits = options.GitHub?.HasSecondaryLimits is false ? RateLimitOptions.None : RateLimitOptions.GitHub,
        });
        services.AddSingleton<GitHubRepositories>().AddSingleton<RepositoryPins>().AddSingleton<RepositoryRounds>();
        services.AddGitHubDeployments();
        services.AddProtection().AddGitHubEnvironments();
        services.AddConfiguration(options);
        services.AddDeliverybot();
        services.AddPlans(options);
        return services.AddDeliveries().AddBuilds().AddWatches().AddPullRequests();
    }

    private static void AddApp(this IServiceCollection services)
    {
        services.AddSingleton<StoredApps>().AddSingleton<AppSource>().AddSingleton<AppStates>().AddHostedService<AppRefresh>();
        services.TryAddSingleton<IGitHubAppSource>(provider => provider.GetRequiredService<AppSource>());
        services.AddSingleton<ShowApp>().AddSingleton<CreateApp>().AddSingleton<RemoveApp>();
    }

    private static IServiceCollection AddBuilds(this IServiceCollection services) => services
        .AddSingleton<RepositoryIdentities>().AddSingleton<RunCommit>().AddSingleton<WorkflowReports>();

    private static IServiceCollection AddWatches(this IServiceCollection services) => services
        .AddSingleton<IDeliveryReaction, LookAgain>().AddSingleton<RepositoryApplications>().AddSingleton<RefStands>().AddSingleton<ChangedPaths>().AddSingleton<HeadBuilds>().AddSingleton<WatchDecisions>().AddSingleton<WatchRounds>()
        .AddSingleton<IWorkHandler, HandleLooks>().AddSingleton<ShowWatches>();

    private static void AddTeams(this IServiceCollection services) => services
        .AddSingleton<StoredTeams>().AddSingleton<ITeamRosters>(provider => provider.GetRequiredService<StoredTeams>())
        .AddSingleton<IRecurringWork, ReadTeams>().AddSingleton<IDeliveryReaction, TeamsChanged>().AddHostedService<TeamsRefresh>();

    private static IServiceCollection AddDeliveries(this IServiceCollection services) => services
        .AddSingleton<WebhookSecret>().AddSingleton<BodyBudget>().AddSingleton<ReceiveDeliveries>()
        .AddSingleton<DeliveryInbox>().AddHostedService(provider => provider.GetRequiredService<DeliveryInbox>())
        .AddSingleton<Rush>().AddSingleton<HandlingTurns>().AddSingleton<DeliveryReading>().AddSingleton<IWorkHandler, HandleDeliveries>().AddSingleton<IRecurringWork, PruneDeliveries>()
        .AddSingleton<IDeliveryLog, AppDeliveryLog>().AddSingleton<IRecurringWork, RepairGaps>()
        .AddSingleton<ShowDeliveries>().AddSingleton<ReplayDelivery>();
}
