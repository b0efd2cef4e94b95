using System.Collections.Frozen;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Gives claimed work to the handler of its kind, and deals with what goes wrong.</summary>
public sealed partial class WorkDispatch(
    IEnumerable<IWorkHandler> handlers, RecurringHandler recurring, IStore store, EngineOptions options, EngineServices services)
{
    private readonly FrozenDictionary<string, IWorkHandler> _handlers = handlers.Append(recurring).ToFrozenDictionary(h => h.Kind, StringComparer.Ordinal);

    public IReadOnlyList<Change> FirstRows() => recurring.FirstRows();

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        try
        {
            if (!_handlers.TryGetValue(work.Kind, out var handler)) throw new InvalidOperationException($"nobody here handles work of kind '{work.Kind}'");
            await handler.HandleAsync(work, signals);
        }
        catch (OwnershipLostException)
        {
            Log.Lost(services.Logger, work.Kind, work.Subject);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            await ReleaseAsync(work);
        }
#pragma warning disable CA1031 // The worker loop is one of the two places that catch everything.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await FailAsync(work, exception);
        }
    }

    /// <summary>Stopped half-way: whoever claims it next goes on, at once.</summary>
    private async Task ReleaseAsync(ClaimedWork work)
    {
        try
        {
            await store.Work.ReleaseAsync(work.Fence, CancellationToken.None);
        }
        catch (StoreUnavailableException exception)
        {
            Log.Failed(services.Logger, exception, work.Kind, work.Subject);
        }
    }

    private async Task FailAsync(ClaimedWork work, Exception exception)
    {
        Log.Failed(services.Logger, exception, work.Kind, work.Subject);
        try
        {
            // A database that comes and goes says nothing about the row.
            var tooOften = exception is not StoreUnavailableException && work.Failures + 1 >= options.SetAsideAfter;
            if (tooOften && await GiveUpAsync(work, exception)) return;
            var change = new Change.FailWork(work.Id, exception.Message, StepPolicy.BackOff(work.Failures + 1), tooOften && !IsKept(work.Kind));
            await store.CommitAsync(new Commit { Fence = work.Fence, Changes = [change] }, CancellationToken.None);
        }
        catch (StoreUnavailableException unavailable)
        {
            // The lease ends by itself, and another claim follows.
            Log.Failed(services.Logger, unavailable, work.Kind, work.Subject);
        }
    }

    /// <returns>False when there was nothing to save, or what it was about has changed: then the row is tried again.</returns>
    private async Task<bool> GiveUpAsync(ClaimedWork work, Exception exception)
    {
        if (!_handlers.TryGetValue(work.Kind, out var handler)) return false;
        try
        {
            return await handler.GivenUpAsync(work, exception, CancellationToken.None) is { } changes
                && await store.CommitAsync(new Commit { Fence = work.Fence, Changes = changes }, CancellationToken.None) is not CommitOutcome.Conflict;
        }
#pragma warning disable CA1031 // Nor may the account of what went wrong end the worker loop, such as of a state that cannot be read.
        catch (Exception second) when (second is not StoreUnavailableException)
#pragma warning restore CA1031
        {
            Log.Failed(services.Logger, second, work.Kind, work.Subject);
            return false;
        }
    }

    /// <summary>Without an evaluation a deployment would wait for ever after the cause is mended, and without its row a lane's deliveries; each has a queue of its own and holds nobody up.</summary>
    private static bool IsKept(string kind) => kind is Queues.Deployment or Queues.Recurring or Queues.EvaluateGates or Queues.EvaluateApplication or Queues.Deliveries or Queues.Looks;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Work {Kind} on {Subject}: another node owns it now; stopped here")]
        public static partial void Lost(ILogger logger, string kind, string subject);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Work {Kind} on {Subject} failed; it is tried again later")]
        public static partial void Failed(ILogger logger, Exception exception, string kind, string subject);
    }
}
