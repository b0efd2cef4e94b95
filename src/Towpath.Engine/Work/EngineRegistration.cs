using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Engine.Work;

public static class EngineRegistration
{
    /// <summary>
    /// Registers everything that decides, remembers and does. The caller registers an <c>IStore</c>, the operator's limits, a <see cref="TimeProvider"/>
    /// and the targets.
    /// </summary>
    public static IServiceCollection AddTowpathEngine(this IServiceCollection services, EngineOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<EngineServices>().AddSingleton<Transitions>().AddSingleton<RetainedTargets>().AddSingleton<Configurations>().AddSingleton<GateInputs>()
            .AddSingleton<GateEvaluations>().AddSingleton<EvaluationReactions>().AddSingleton<Promotions>().AddSingleton<Adoptions>().AddSingleton<Decisions>();
        services.AddSingleton<ConfigurationLoader>().AddSingleton<TargetCatalog>().AddSingleton<TargetQuestions>().AddSingleton<StepCatalog>().AddSingleton<DeploymentPlanner>().AddSingleton<DeploymentRunner>();
        services.AddSingleton<IWorkHandler, DeploymentHandler>().AddSingleton<IWorkHandler, EvaluateGatesHandler>()
            .AddSingleton<IWorkHandler, EvaluateApplicationHandler>().AddSingleton<IWorkHandler, PruneHandler>();
        services.AddSingleton<AuditSealer>().AddSingleton<IRecurringWork>(provider => provider.GetRequiredService<AuditSealer>());
        services.AddSingleton<IRecurringWork, Housekeeping>();
        services.AddSingleton<RecurringHandler>().AddSingleton<WorkDispatch>().AddSingleton<WorkNode>().AddSingleton<Presence>();
        return services.AddHostedService<WorkNodeService>().AddHostedService<PresenceService>();
    }
}

/// <summary>Runs the node while the host lives; the host's shutdown waits for its drain.</summary>
internal sealed class WorkNodeService(WorkNode node) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => node.RunAsync(stoppingToken);
}
