using Towpath.Core.Deployments;
using Towpath.Core.Previews;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Mirror;

/// <summary>A pull request that is closed has no previews any more: what GitHub shows of them becomes inactive (row D4).</summary>
internal sealed class EndPreviews(IStore store, Configurations configurations, RepositoryApplications applications, MirrorRounds rounds, EngineServices services) : IWorkHandler, IDeliveryReaction
{
    public string Kind => MirrorWork.End;

    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        if (told is not WebhookEvent.PullRequest { Fact: { IsOpen: false } pull } || told.Repository is not { } repository) return [];
        var configuration = await configurations.CurrentAsync(cancellationToken);
        return [.. applications.Of(configuration, repository.Name).Where(application => application.Previews is not null).Select(application => MirrorWork.EndPull(application.Name, new PullReference(repository.RepositoryId, pull.Number)))];
    }

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        var slash = work.Subject.IndexOf('/', StringComparison.Ordinal);
        var (application, which) = (work.Subject[..slash], work.Subject[(slash + 1)..]);
        // One slot, whose label was taken off, or all of a pull request: of that very repository, since another may have taken its name.
        var slot = PreviewSlot.TryParse(which);
        var (repository, pull) = slot is null ? Numbers.Pair(which) : default;
        try
        {
            var shown = await store.Mirrors.ShownAsync(application, signals.Stop);
            var ended = await rounds.EndAsync(shown.Where(mirror => PreviewSlot.TryParse(mirror.Key.Environment) is { } own && (slot is null ? own.Pull == pull && mirror.RepositoryId == repository : own == slot)), slot is null ? "the pull request is closed" : "the preview has ended", work, signals.Stop);
            await services.FinishAsync(work, ended, signals.Stop);
        }
        catch (GitHubLimitedException)
        {
            await LaterAsync(work, signals.Stop);
        }
        catch (GitHubException e) when (e.IsTransient || e.IsAboutCredentials)
        {
            await LaterAsync(work, signals.Stop);
        }
    }

    private async Task LaterAsync(ClaimedWork work, CancellationToken stop)
    {
        var commit = new Commit { Fence = work.Fence, Changes = [new Change.RescheduleWork(work.Queue, work.Subject, TimeSpan.FromSeconds(30))] };
        if (await store.CommitAsync(commit, stop) is CommitOutcome.Fenced) throw new OwnershipLostException();
    }
}
