using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>Towpath as a rule of GitHub's environments: what answers runs that ask.</summary>
internal static class ProtectionParts
{
    public static IServiceCollection AddProtection(this IServiceCollection services) => services
        .AddSingleton<IDeliveryReaction, AskedForProtection>().AddSingleton<IWorkHandler, AnswerProtection>().AddSingleton<ProtectionVerdicts>().AddSingleton<ProtectionReplies>()
        .AddSingleton<ProtectionLooks>().AddSingleton<IEvaluationReaction>(provider => provider.GetRequiredService<ProtectionLooks>())
        .AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<ProtectionLooks>()).AddSingleton<ITransitionReaction, ProtectionTransitions>();
}
