using Towpath.Benchmarks.Nodes;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Benchmarks.Peers;

/// <summary>Counts deployments once their last transition is committed, which is when their handler returns.</summary>
internal sealed class CountingHandler(DeploymentHandler inner, Completions completions) : IWorkHandler
{
    public string Kind => inner.Kind;

    public static void Wrap(IServiceCollection services)
    {
        services.Remove(services.Single(service => service.ImplementationType == typeof(DeploymentHandler)));
        services.AddSingleton<DeploymentHandler>().AddSingleton<IWorkHandler, CountingHandler>();
    }

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        await inner.HandleAsync(work, signals);
        completions.Add();
    }
}
