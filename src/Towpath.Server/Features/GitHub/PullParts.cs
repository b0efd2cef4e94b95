using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Previews;
using Towpath.Server.Features.GitHub.Releases;
using Towpath.Server.Features.GitHub.Status;

namespace Towpath.Server.Features.GitHub;

/// <summary>What the server does in pull requests, and with what they become: releases.</summary>
internal static class PullParts
{
    public static IServiceCollection AddPullRequests(this IServiceCollection services)
    {
        services.TryAddSingleton(StatusPace.Usual);
        return services
            .AddSingleton<IDeliveryReaction, CommandReaction>().AddSingleton<IWorkHandler, HandleCommand>().AddSingleton<FollowCommand>().AddSingleton<CommandActions>()
            .AddSingleton<IDeliveryReaction, PreviewReaction>().AddSingleton<IWorkHandler, HandlePreviews>().AddSingleton<IWorkHandler, EndPreview>().AddSingleton<IWorkHandler, BuiltPreviews>()
            .AddSingleton<IRecurringWork, SweepPreviews>().AddSingleton<PreviewRecords>().AddSingleton<PreviewPulls>()
            .AddSingleton<IDeliveryReaction, ReleaseReaction>().AddSingleton<ITransitionReaction, ReleaseTransitions>().AddSingleton<IWorkHandler, UpdateDraft>().AddSingleton<IWorkHandler, FollowRelease>()
            .AddSingleton<IRecurringWork, SweepReleases>().AddSingleton<ReleaseCommits>().AddSingleton<ReleasedImages>()
            .AddSingleton<IWorkHandler, ShowStatus>().AddSingleton<StatusReports>().AddSingleton<OwnComment>().AddSingleton<ITransitionReaction, FollowTransitions>();
    }
}
