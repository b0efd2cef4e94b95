using System.Globalization;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

/// <summary>The changes of the work table. The head of a queue is its first row, so nothing has to be flagged.</summary>
internal static class MemoryWorkChanges
{
    public static bool Apply(MemoryTransaction transaction, Change change, long now)
    {
        var state = transaction.State;
        var next = change switch
        {
            Change.EnqueueWork c => Enqueue(state, c.Item, now),
            Change.EnqueueOnce c => EnqueueOnce(state, c, now),
            Change.FinishWork c => state.FirstRow(c.Queue, c.Subject) is { } row ? state with { Work = state.Work.Remove(row.Id) } : state,
            Change.RescheduleWork c => state.FirstRow(c.Queue, c.Subject) is { } row ? state.With(row.Freed() with { Failures = 0, DueAt = now + Micros(c.Delay) }) : state,
            Change.WakeWork c => Wake(state, c, now),
            Change.FailWork c => Fail(state, c, now),
            _ => null,
        };
        if (next is null) return false;
        transaction.Set(next);
        return true;
    }

    public static long Micros(TimeSpan delay) => Math.Max(0, delay.Ticks / TimeSpan.TicksPerMicrosecond);

    private static MemoryState Enqueue(MemoryState state, WorkItem item, long now)
    {
        var id = state.LastWorkId + 1;
        return state.With(new MemoryRow(id, item, now + Micros(item.Delay))) with { LastWorkId = id };
    }

    private static MemoryState EnqueueOnce(MemoryState state, Change.EnqueueOnce change, long now) =>
        state.Work.Values.FirstOrDefault(row => row.Item.Queue == change.Item.Queue && row.IsFreeAt(now)) is { } waiting
            ? state.With(waiting with { DueAt = Math.Min(waiting.DueAt, now + Micros(change.Item.Delay)) })
            : change.IfAnyWaits is { } application && !state.Deployments.Values.Any(d => d.Phase == Phase.Waiting && d.Key.Application == application) && state.Protections.Values.All(request => request.Answer is not null)
                ? state
                : Enqueue(state, change.Item, now);

    private static MemoryState Wake(MemoryState state, Change.WakeWork change, long now) => state.Work.Values
        .Where(row => row.Item.Queue == change.Queue && row.Item.Subject == change.Subject && row.DueAt > now && row.IsFreeAt(now))
        .Aggregate(state, (result, row) => result.With(row with { DueAt = now }));

    private static MemoryState Fail(MemoryState state, Change.FailWork change, long now)
    {
        if (!state.Work.TryGetValue(long.Parse(change.WorkId, CultureInfo.InvariantCulture), out var row)) return state;
        if (!change.SetAside) return state.With(row.Freed() with { Failures = row.Failures + 1, DueAt = now + Micros(change.Delay) });
        var aside = new SetAsideWork(change.WorkId, row.Item.Kind, row.Item.Queue, row.Item.Subject, change.Message, MemoryStore.Instant(now));
        return state with { Work = state.Work.Remove(row.Id), SetAside = state.SetAside.Add(aside) };
    }
}
