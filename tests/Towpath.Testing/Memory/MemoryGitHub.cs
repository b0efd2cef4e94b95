using Towpath.Core.Commands;
using Towpath.Core.Facts;
using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

/// <summary>What is read of deliveries and facts.</summary>
internal sealed class MemoryGitHub(MemoryStore store) : IDeliveryReader, IFactReader
{
    public Task<Delivery?> GetAsync(Guid guid, CancellationToken cancellationToken) =>
        store.ReadAsync("Deliveries.Get", state => state.Deliveries.FirstOrDefault(d => d.Delivery.Guid == guid)?.Delivery, cancellationToken);

    public Task<DeliveryContent?> ReadAsync(Guid guid, CancellationToken cancellationToken) => store.ReadAsync(
        "Deliveries.Read", state => state.Deliveries.Where(d => d.Delivery.Guid == guid).Select(Content).FirstOrDefault(), cancellationToken);

    public Task<IReadOnlyList<DeliveryContent>> PendingAsync(int lane, int limit, CancellationToken cancellationToken) => ListAsync(
        "Deliveries.Pending",
        state => state.Deliveries.Where(d => d.Lane == lane && d.Delivery.State == DeliveryState.Pending).Take(limit).Select(Content), cancellationToken);

    public Task<IReadOnlyList<Delivery>> ListAsync(DeliveryFilter filter, CancellationToken cancellationToken) => ListAsync(
        "Deliveries.List",
        state =>
        {
            var newest = state.Deliveries.Select(d => d.Delivery).Reverse().OrderByDescending(d => d.ReceivedAt).ToList();
            var from = filter.Before is not { } before ? 0 : newest.FindIndex(d => d.Guid == before) is var at and >= 0 ? at + 1 : newest.Count;
            return newest.Skip(from).Where(d => filter.States is null || filter.States.Contains(d.State)).Take(filter.Limit);
        },
        cancellationToken);

    public Task<IReadOnlySet<Guid>> KnownAsync(IReadOnlyList<Guid> guids, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlySet<Guid>>(
        "Deliveries.Known", state => state.Deliveries.Select(d => d.Delivery.Guid).Where(guids.Contains).ToHashSet(), cancellationToken);

    public Task<IReadOnlyList<Guid>> OutdatedAsync(DateTimeOffset handledBefore, DateTimeOffset othersBefore, int limit, CancellationToken cancellationToken) => ListAsync(
        "Deliveries.Outdated",
        state => state.Deliveries.Select(d => d.Delivery).OrderBy(d => d.ReceivedAt)
            .Where(d => d.State != DeliveryState.Pending && d.ReceivedAt < (DeliveryFilter.Trouble.Contains(d.State) ? othersBefore : handledBefore))
            .Take(limit).Select(d => d.Guid),
        cancellationToken);

    public Task<IReadOnlyList<CommitFact>> OfCommitAsync(long repositoryId, string sha, CancellationToken cancellationToken) => ListAsync(
        "Facts.OfCommit",
        state => state.CommitFacts.Values.Where(f => f.RepositoryId == repositoryId && f.Sha == sha)
            .OrderBy(f => f.Kind == CommitFactKind.Check ? 0 : 1).ThenBy(f => f.App, StringComparer.Ordinal).ThenBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.WorkflowRun),
        cancellationToken);

    public Task<RefFact?> RefAsync(long repositoryId, string name, CancellationToken cancellationToken) =>
        store.ReadAsync("Facts.Ref", state => state.RefFacts.GetValueOrDefault((repositoryId, name)), cancellationToken);

    public Task<IReadOnlyList<RefFact>> RefsAsync(long repositoryId, CancellationToken cancellationToken) => ListAsync(
        "Facts.Refs", state => state.RefFacts.Values.Where(f => f.RepositoryId == repositoryId).OrderBy(f => f.Ref, StringComparer.Ordinal), cancellationToken);

    public Task<PullFact?> PullAsync(long repositoryId, long number, CancellationToken cancellationToken) =>
        store.ReadAsync("Facts.Pull", state => state.PullFacts.GetValueOrDefault((repositoryId, number)), cancellationToken);

    public Task<IReadOnlyList<PullFact>> PullsOfHeadAsync(long repositoryId, string sha, CancellationToken cancellationToken) =>
        PullsAsync("Facts.PullsOfHead", f => f.RepositoryId == repositoryId && (f.HeadSha == sha || f.IsDisputed), cancellationToken);

    public Task<IReadOnlyList<PullFact>> OpenPullsAsync(long repositoryId, CancellationToken cancellationToken) =>
        PullsAsync("Facts.OpenPulls", f => f.RepositoryId == repositoryId && f.IsOpen, cancellationToken);

    public Task<RepositoryName?> RepositoryAsync(long repositoryId, CancellationToken cancellationToken) =>
        store.ReadAsync("Facts.Repository", state => state.RepositoryNames.GetValueOrDefault(repositoryId), cancellationToken);

    public Task<RepositoryName?> RepositoryAsync(string name, CancellationToken cancellationToken) => store.ReadAsync(
        "Facts.RepositoryByName",
        state => state.RepositoryNames.Values.Where(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
            .OrderBy(r => r.IsGone).ThenByDescending(r => r.At).ThenByDescending(r => r.RepositoryId).FirstOrDefault(),
        cancellationToken);

    public Task<IReadOnlyList<RepositoryName>> RepositoriesAsync(CancellationToken cancellationToken) => ListAsync(
        "Facts.Repositories", state => state.RepositoryNames.Values.OrderBy(r => r.Name, StringComparer.Ordinal).ThenBy(r => r.RepositoryId), cancellationToken);

    public Task<PullCommand?> CommandAsync(long repositoryId, long commentId, CancellationToken cancellationToken) =>
        store.ReadAsync("Facts.Command", state => state.PullCommands.GetValueOrDefault((repositoryId, commentId)), cancellationToken);

    public Task<IReadOnlyList<PullCommand>> CommandsAsync(long repositoryId, long number, PullCommandState state, int limit, CancellationToken cancellationToken) => ListAsync(
        "Facts.Commands", read => read.PullCommands.Values.Where(c => c.RepositoryId == repositoryId && c.Number == number && c.State == state).OrderByDescending(c => c.CommentId).Take(limit), cancellationToken);

    private Task<IReadOnlyList<PullFact>> PullsAsync(string call, Func<PullFact, bool> which, CancellationToken cancellationToken) =>
        ListAsync(call, state => state.PullFacts.Values.Where(which).OrderBy(f => f.Number), cancellationToken);

    private Task<IReadOnlyList<T>> ListAsync<T>(string call, Func<MemoryState, IEnumerable<T>> read, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<T>>(call, state => [.. read(state)], cancellationToken);

    private static DeliveryContent Content(MemoryDelivery row) => new(row.Delivery, row.Body);
}
