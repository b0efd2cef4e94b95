using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>Looks at what is due in one lane, many at a time: what follows is saved together with the note that it was looked at.</summary>
public sealed partial class HandleLooks(IStore store, WatchRounds rounds, EngineServices services) : IWorkHandler
{
    private const int MostInRound = 64;

    /// <summary>How often what was read may have changed until it was to be saved, before each is looked at alone.</summary>
    private const int Patience = 3;

    public string Kind => Queues.Looks;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        var lane = Looks.Of(work);
        while (!signals.Drain.IsCancellationRequested)
        {
            var looks = await store.Watches.LooksAsync(lane, MostInRound, signals.Stop);
            if (looks.Count == 0)
            {
                await EndAsync(work, lane, signals.Stop);
                return;
            }

            await LookAsync(work, looks, signals.Stop);
        }

        await services.FinishAsync(work, [], signals.Stop, Looks.Wake(lane));
    }

    /// <summary>What is told of from now on has put another row behind this one.</summary>
    private async Task EndAsync(ClaimedWork work, int lane, CancellationToken stop) =>
        await services.FinishAsync(work, [], stop, await store.Watches.NextLookAsync(lane, stop) is { } due ? [Looks.Wake(lane, due)] : []);

    private async Task LookAsync(ClaimedWork work, IReadOnlyList<Look> looks, CancellationToken stop)
    {
        try
        {
            for (var attempt = 0; attempt < Patience; attempt++)
                if (await TryAsync(work, looks, attempt > 0, stop)) return;
            if (looks.Count == 1) throw new InvalidOperationException("what it depends on changed again and again while it was looked at");
        }
#pragma warning disable CA1031 // One of them must not hold up the others.
        catch (Exception exception) when (exception is not (OperationCanceledException or StoreUnavailableException or OwnershipLostException))
#pragma warning restore CA1031
        {
            if (looks is [var one])
            {
                Log.Failed(services.Logger, exception, one.Subject, one.RepositoryId);
                await SaveAsync(work, [new Change.LookLater(one.RepositoryId, one.Subject, StepPolicy.BackOff(one.Failures + 1))], stop);
                return;
            }
        }

        foreach (var look in looks) await LookAsync(work, [look], stop);
    }

    /// <returns>False when something changed meanwhile: look again.</returns>
    private async Task<bool> TryAsync(ClaimedWork work, IReadOnlyList<Look> looks, bool isAgain, CancellationToken stop) =>
        await SaveAsync(work, await rounds.DecideAsync(looks, isAgain, stop), stop);

    private async Task<bool> SaveAsync(ClaimedWork work, IReadOnlyList<Change> changes, CancellationToken stop) =>
        await store.CommitAsync(new Commit { Fence = work.Fence, Changes = changes }, stop) switch
        {
            CommitOutcome.Committed => true,
            CommitOutcome.Fenced => throw new OwnershipLostException(),
            _ => false,
        };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Watches: {Subject} of repository {Repository} could not be looked at; again later")]
        public static partial void Failed(ILogger logger, Exception exception, string subject, long repository);
    }
}
