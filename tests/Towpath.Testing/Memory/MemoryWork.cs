using System.Globalization;
using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

internal sealed class MemoryWork(MemoryStore store) : IWorkTable
{
    private static readonly ChangeNotice Notice = new("work", "");
    private readonly Dictionary<string, MemoryNode> _nodes = new(StringComparer.Ordinal);

    public async Task<INodeSession> JoinAsync(NodeIdentity node, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(JoinAsync), cancellationToken);
        return _nodes[node.Id] = new MemoryNode(() => Leave(node.Id));
    }

    public async Task<IReadOnlyList<ClaimedWork>> ClaimAsync(NodeIdentity node, int limit, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ClaimAsync), cancellationToken);
        var now = store.Now;
        var rows = store.State.Heads
            .Where(row => row.DueAt <= now && row.IsFreeAt(now) && row.IsFor(node))
            .OrderBy(row => row.DueAt).Take(limit)
            .Select(row => row with { Owner = node.Id, LeaseUntil = now + MemoryWorkChanges.Micros(node.Lease), Token = Math.Max(row.Token + 1, now) })
            .ToList();
        Save(rows);
        return [.. rows.Select(row => new ClaimedWork(IdOf(row), row.Item.Kind, row.Item.Queue, row.Item.Subject, row.Item.Payload, row.Token, row.Failures))];
    }

    public async Task<IReadOnlyList<Fence>> HeartbeatAsync(NodeIdentity node, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(HeartbeatAsync), cancellationToken);
        var now = store.Now;
        var held = store.State.Work.Values.Where(row => row.Owner == node.Id && row.LeaseUntil > now).ToList();
        Save(held.Select(row => row with { LeaseUntil = Math.Max(row.LeaseUntil, now + MemoryWorkChanges.Micros(node.Lease)) }));
        return [.. held.Select(row => new Fence(IdOf(row), row.Token))];
    }

    public Task<bool> IsOwnedAsync(Fence fence, CancellationToken cancellationToken) =>
        store.ReadAsync(nameof(IsOwnedAsync), state => new MemoryTransaction(state, store.Now).Owns(fence), cancellationToken);

    public Task<TimeSpan?> NextDueAsync(NodeIdentity node, CancellationToken cancellationToken) => store.ReadAsync(
        nameof(NextDueAsync),
        state =>
        {
            var now = store.Now;
            var dues = state.Heads
                .Where(row => row.IsFor(node) && row.DueAt < 900_000_000_000_000_000 && (row.Owner != node.Id || row.LeaseUntil <= now))
                .Select(row => row.Owner is null ? row.DueAt : Math.Max(row.DueAt, row.LeaseUntil))
                .ToList();
            return dues.Count == 0 ? (TimeSpan?)null : TimeSpan.FromMicroseconds(Math.Max(0, dues.Min() - now));
        },
        cancellationToken);

    public async Task ReleaseAsync(Fence fence, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ReleaseAsync), cancellationToken);
        Save(store.State.Work.Values.Where(row => IdOf(row) == fence.WorkId && row.Token == fence.Token).Select(row => row.Freed()));
        store.Changes.Publish(Notice);
    }

    public async Task<int> ReapAsync(CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ReapAsync), cancellationToken);
        return Reap();
    }

    public Task<IReadOnlyList<SetAsideWork>> SetAsideAsync(int limit, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<SetAsideWork>>(
        nameof(SetAsideAsync), state => [.. state.SetAside.OrderByDescending(row => row.At).Take(limit)], cancellationToken);

    internal void ForgetNodes()
    {
        foreach (var node in _nodes.Values) node.Lose();
        _nodes.Clear();
    }

    private static string IdOf(MemoryRow row) => row.Id.ToString(CultureInfo.InvariantCulture);

    private Task CallAsync(string call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return store.Faults.BeforeCall(call);
    }

    private void Leave(string id)
    {
        _nodes.Remove(id);
        Reap();
    }

    private int Reap()
    {
        var gone = store.State.Work.Values.Where(row => row.Owner is { } owner && !_nodes.ContainsKey(owner)).ToList();
        Save(gone.Select(row => row.Freed()));
        if (gone.Count > 0) store.Changes.Publish(Notice);
        return gone.Count;
    }

    private void Save(IEnumerable<MemoryRow> rows) => store.State = rows.ToList().Aggregate(store.State, (state, row) => state.With(row));

    private sealed class MemoryNode(Action onLeave) : INodeSession
    {
        private readonly CancellationTokenSource _lost = new();

        public CancellationToken Lost => _lost.Token;

        public void Lose() => _lost.Cancel();

        public ValueTask DisposeAsync()
        {
            onLeave();
            return ValueTask.CompletedTask;
        }
    }
}
