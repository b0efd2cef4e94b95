using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Deliverybot;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>Configuration from a repository, where the operator names one.</summary>
internal static class ConfigurationParts
{
    public static void AddConfiguration(this IServiceCollection services, ServerOptions options)
    {
        if (options.ConfigurationRepository is null) return;
        services.TryAddSingleton<ConfigurationBranch>();
        services.AddSingleton<IRecurringWork, ReadConfiguration>().AddSingleton<IDeliveryReaction, ConfigurationReaction>();
        services.AddSingleton<SharedProblems>().AddHostedService(provider => provider.GetRequiredService<SharedProblems>());
    }

    /// <summary>Plans of pull requests, where any repository has something that they may change.</summary>
    public static void AddPlans(this IServiceCollection services, ServerOptions options)
    {
        if (options.ConfigurationRepository is null && options.Deliverybot.Count == 0) return;
        services.TryAddSingleton(PlanPace.Usual);
        services.AddSingleton<ForkBudget>().AddSingleton<PlanServices>().AddSingleton<IWorkHandler, PlanPullRequests>().AddSingleton<IDeliveryReaction, PlanReaction>();
        services.AddSingleton<IPullPlan, PlannedConfiguration>().AddSingleton<IPullPlan, PlannedDeliverybot>();
    }
}
