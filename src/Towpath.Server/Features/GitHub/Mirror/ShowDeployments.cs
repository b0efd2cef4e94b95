using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;

namespace Towpath.Server.Features.GitHub.Mirror;

/// <summary>
/// Tells GitHub what a deployment is now. Outages are waited out with back-off and hold nobody up: the deployment goes on meanwhile, and in the end the newest
/// state is told. What GitHub refuses is said in the deployment's log, and not tried again.
/// </summary>
internal sealed class ShowDeployments(IStore store, MirrorRounds rounds, EngineServices services) : IWorkHandler
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public string Kind => MirrorWork.Show;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        var id = new DeploymentId(work.Subject);
        try
        {
            await services.FinishAsync(work, await rounds.ShowAsync(id, work, signals.Stop), signals.Stop);
        }
        catch (GitHubLimitedException limited)
        {
            await AgainAsync(work, limited.Until - services.Time.GetUtcNow(), [], signals.Stop);
        }
        catch (GitHubException fault) when (fault.IsTransient || fault.IsAboutCredentials)
        {
            await LaterAsync(id, work, signals.Stop);
        }
        catch (GitHubException refusal)
        {
            await GiveUpAsync(id, work, refusal, signals.Stop);
        }
        catch (GitHubConfigurationException another) when (another.Kind != RefusalKind.Technical)
        {
            // Nothing is kept of it, so that it is said once, at the end.
            await services.FinishAsync(work, [], signals.Stop);
            if (await store.Deployments.GetAsync(id, signals.Stop) is { } ended && ended.Phase.IsTerminal()) await SayAsync(id, another.Explanation, signals.Stop);
        }
        catch (GitHubConfigurationException)
        {
            // The App was taken away: nothing is shown any more.
            await services.FinishAsync(work, [], signals.Stop);
        }
    }

    private async Task LaterAsync(DeploymentId id, ClaimedWork work, CancellationToken stop)
    {
        var mirror = await store.Mirrors.GetAsync(id, stop);
        var failures = mirror?.Failures ?? 0;
        var delay = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(failures, 10))));
        await AgainAsync(work, delay, mirror is null ? [] : [new Change.SaveMirror(mirror with { Failures = failures + 1 })], stop);
    }

    private async Task AgainAsync(ClaimedWork work, TimeSpan delay, IReadOnlyList<Change> changes, CancellationToken stop)
    {
        var wait = delay < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : delay > Longest ? Longest : delay;
        var commit = new Commit { Fence = work.Fence, Changes = [.. changes, new Change.RescheduleWork(work.Queue, work.Subject, wait)] };
        if (await store.CommitAsync(commit, stop) is CommitOutcome.Fenced) throw new OwnershipLostException();
    }

    private async Task GiveUpAsync(DeploymentId id, ClaimedWork work, GitHubException refusal, CancellationToken stop)
    {
        var mirror = await store.Mirrors.GetAsync(id, stop);
        var words = PlainText.Of(refusal.Explanation, 500);
        await services.FinishAsync(work, mirror is null ? [] : [new Change.SaveMirror(mirror with { Problem = words })], stop);
        await SayAsync(id, words, stop);
    }

    private Task SayAsync(DeploymentId id, string why, CancellationToken stop) =>
        store.AppendLogAsync(id, [new LogLine(0, services.Time.GetUtcNow(), "github", $"GitHub does not show this deployment: {why}")], stop);
}
