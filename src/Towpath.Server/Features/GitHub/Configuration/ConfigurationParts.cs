using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>Configuration from a repository, where the operator names one.</summary>
internal static class ConfigurationParts
{
    public static void AddConfiguration(this IServiceCollection services, ServerOptions options)
    {
        if (options.ConfigurationRepository is null) return;
        services.TryAddSingleton<ConfigurationBranch>();
        services.AddSingleton<IRecurringWork, ReadConfiguration>().AddSingleton<IDeliveryReaction, ConfigurationReaction>();
        services.TryAddSingleton(PlanPace.Usual);
        services.AddSingleton<ForkBudget>().AddSingleton<PlannedFiles>().AddSingleton<PlanServices>().AddSingleton<IWorkHandler, PlanPullRequests>().AddSingleton<IDeliveryReaction, PlanReaction>();
        services.AddSingleton<SharedProblems>().AddHostedService(provider => provider.GetRequiredService<SharedProblems>());
    }
}
