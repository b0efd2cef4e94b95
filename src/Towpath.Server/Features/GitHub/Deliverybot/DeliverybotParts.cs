using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Configuration;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Deliverybot;

/// <summary>Applications by <c>.github/deploy.yml</c>, of the repositories that the operator names.</summary>
internal static class DeliverybotParts
{
    public static void AddDeliverybot(this IServiceCollection services)
    {
        services.TryAddSingleton<ConfigurationBranch>();
        // The sweep is there without any, too: it takes out what was named before.
        services.AddSingleton<DeliverybotRecords>().AddSingleton<DeliverybotBlobs>().AddSingleton<DeliverybotServices>().AddSingleton<IRecurringWork, SweepDeliverybot>();
        services.AddSingleton<IWorkHandler, ReadDeliverybotFile>().AddSingleton<IDeliveryReaction, DeliverybotReaction>();
    }
}
