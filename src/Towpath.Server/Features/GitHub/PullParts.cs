using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Previews;
using Towpath.Server.Features.GitHub.Status;

namespace Towpath.Server.Features.GitHub;

/// <summary>What the server does in pull requests.</summary>
internal static class PullParts
{
    public static IServiceCollection AddPullRequests(this IServiceCollection services)
    {
        services.TryAddSingleton(StatusPace.Usual);
        return services
            .AddSingleton<IDeliveryReaction, CommandReaction>().AddSingleton<IWorkHandler, HandleCommand>().AddSingleton<FollowCommand>().AddSingleton<CommandActions>()
            .AddSingleton<IDeliveryReaction, PreviewReaction>().AddSingleton<IWorkHandler, HandlePreviews>().AddSingleton<IWorkHandler, EndPreview>().AddSingleton<IWorkHandler, BuiltPreviews>()
            .AddSingleton<IRecurringWork, SweepPreviews>().AddSingleton<PreviewRecords>().AddSingleton<PreviewPulls>()
            .AddSingleton<IWorkHandler, ShowStatus>().AddSingleton<StatusReports>().AddSingleton<OwnComment>().AddSingleton<ITransitionReaction, FollowTransitions>();
    }
}
