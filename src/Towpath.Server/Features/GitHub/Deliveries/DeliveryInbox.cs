using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>
/// Where deliveries wait to be saved. While one group is being saved the next one gathers, so that the busier it is, the more deliveries
/// share a transaction. What waits is bounded: beyond that there is no room, and whoever sent it is told so.
/// </summary>
public sealed class DeliveryInbox(IStore store, Rush rush, TimeProvider time) : BackgroundService
{
    /// <summary>All that wait, and bytes of them.</summary>
    internal const int MostWaiting = 4096;
    internal const long MostBytes = 32L << 20;

    /// <summary>In one transaction.</summary>
    private const int MostInGroup = 256;

    /// <summary>In a rush the engine is told so often at most: each time it looks at the work table, and it has its hands full already.</summary>
    private static readonly TimeSpan ToldEach = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Queue<Group> _full = [];
    private readonly SemaphoreSlim _arrived = new(0, 1);
    private Group _open = new();
    private int _waiting;
    private long _bytes;
    private long _told;
    private int _lane;

    /// <param name="delivery">What came.</param>
    /// <param name="saved">Ends once it is saved, and fails when it could not be.</param>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(ReceivedDelivery delivery, out Task saved)
    {
        lock (_gate)
        {
            saved = Task.CompletedTask;
            if (_waiting >= MostWaiting || _bytes + delivery.Body.Bytes.Length > MostBytes) return false;
            _waiting++;
            _bytes += delivery.Body.Bytes.Length;
            var group = _open;
            group.Deliveries.Add(delivery);
            if (group.Deliveries.Count == MostInGroup)
            {
                _full.Enqueue(group);
                _open = new Group();
            }

            if (_arrived.CurrentCount == 0) _arrived.Release();
            saved = group.Saved;
            return true;
        }
    }

    /// <summary>What came in before the end is saved before it.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _arrived.WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // One last look.
            }

            while (Next() is { } group) await SaveAsync(group);
        }
    }

    private Group? Next()
    {
        lock (_gate)
        {
            if (_full.TryDequeue(out var full)) return full;
            if (_open.Deliveries.Count == 0) return null;
            var group = _open;
            _open = new Group();
            return group;
        }
    }

    private async Task SaveAsync(Group group)
    {
        rush.Saw(group.Deliveries.Count);
        try
        {
            _lane = (_lane + 1) % Lanes.Count;
            var outcome = await store.CommitAsync(new Commit { Changes = [new Change.RecordDeliveries(group.Deliveries, _lane), Lanes.Wake(_lane, IsQuiet())] }, CancellationToken.None);
            if (outcome is CommitOutcome.Committed) group.Done();
            else group.Failed(new InvalidOperationException($"deliveries were not saved: {outcome}"));
        }
#pragma warning disable CA1031 // It is handed to everybody who waits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            group.Failed(exception);
        }
        finally
        {
            Leave(group);
        }
    }

    private bool IsQuiet()
    {
        if (rush.IsOn && _told != 0 && time.GetElapsedTime(_told) < ToldEach) return true;
        _told = time.GetTimestamp();
        return false;
    }

    private void Leave(Group group)
    {
        lock (_gate)
        {
            _waiting -= group.Deliveries.Count;
            foreach (var delivery in group.Deliveries) _bytes -= delivery.Body.Bytes.Length;
        }
    }

    public override void Dispose()
    {
        _arrived.Dispose();
        base.Dispose();
    }

    private sealed class Group
    {
        private readonly TaskCompletionSource _saved = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<ReceivedDelivery> Deliveries { get; } = [];

        public Task Saved => _saved.Task;

        public void Done() => _saved.TrySetResult();

        public void Failed(Exception exception) => _saved.TrySetException(exception);
    }
}
