using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

/// <summary>What is read of deployments, environments and the audit log.</summary>
internal sealed class MemoryReaders(MemoryStore store) : IDeploymentReader, IEnvironmentReader, IAuditReader
{
    public Task<Deployment?> GetAsync(DeploymentId id, CancellationToken cancellationToken) =>
        store.ReadAsync("Deployments.Get", state => state.Deployments.GetValueOrDefault(id.Value), cancellationToken);

    public Task<IReadOnlyList<Deployment>> FindAsync(string idOrEnding, CancellationToken cancellationToken) => ListAsync(
        "Deployments.Find",
        state => state.Deployments.TryGetValue(idOrEnding, out var whole)
            ? [whole]
            : state.Deployments.Values.Where(d => idOrEnding.Length >= 6 && d.Id.Value.EndsWith(idOrEnding, StringComparison.Ordinal)).Take(2),
        cancellationToken);

    public Task<IReadOnlyList<Deployment>> ListAsync(DeploymentFilter filter, CancellationToken cancellationToken) => ListAsync(
        "Deployments.List",
        state => state.Deployments.Values.Reverse()
            .Where(d => filter.Application is null || d.Key.Application == filter.Application)
            .Where(d => filter.Environment is null || d.Key.Environment == filter.Environment)
            .Where(d => filter.Phases is null || filter.Phases.Contains(d.Phase))
            .Where(d => filter.Before is not { } before || string.CompareOrdinal(d.Id.Value, before.Value) < 0)
            .Take(filter.Limit),
        cancellationToken);

    public Task<IReadOnlyList<Deployment>> OpenAsync(string? application, CancellationToken cancellationToken) => ListAsync(
        "Deployments.Open",
        state => state.Deployments.Values.Where(d => !d.Phase.IsTerminal() && (application is null || d.Key.Application == application)),
        cancellationToken);

    public Task<IReadOnlyList<Deployment>> OpenOfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken) => ListAsync(
        "Deployments.OpenOf", state => state.Deployments.Values.Where(d => !d.Phase.IsTerminal() && applications.Contains(d.Key.Application)), cancellationToken);

    public Task<IReadOnlyList<Deployment>> OfAsync(IReadOnlyCollection<DeploymentId> ids, CancellationToken cancellationToken) =>
        ListAsync("Deployments.Of", state => state.Deployments.Values.Where(d => ids.Contains(d.Id)), cancellationToken);

    public Task<IReadOnlyDictionary<string, DateTimeOffset>> SuccessesAsync(string application, Digest digest, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyDictionary<string, DateTimeOffset>>(
            "Deployments.Successes",
            state => state.Deployments.Values
                .Where(d => d.Key.Application == application && d.Digest == digest && d.Phase == Phase.Succeeded && d.FinishedAt is not null)
                .GroupBy(d => d.Key.Environment, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Max(d => d.FinishedAt!.Value), StringComparer.Ordinal),
            cancellationToken);

    public Task<IReadOnlyList<DeploymentId>> LineAsync(EnvironmentKey key, CancellationToken cancellationToken) => ListAsync(
        "Deployments.Line",
        state => state.Work.Values.Where(row => row.Item.Queue == key.ToString()).Select(row => new DeploymentId(row.Item.Subject)),
        cancellationToken);

    public Task<IReadOnlyList<JournalEntry>> JournalAsync(DeploymentId id, CancellationToken cancellationToken) => ListAsync(
        "Deployments.Journal", state => state.Journal.Where(entry => entry.Deployment == id).OrderBy(entry => entry.Revision), cancellationToken);

    public Task<IReadOnlyList<LogLine>> LogAsync(DeploymentId id, long afterSequence, int limit, CancellationToken cancellationToken) => ListAsync(
        "Deployments.Log", state => state.Logs.GetValueOrDefault(id, []).Where(line => line.Sequence > afterSequence).Take(limit), cancellationToken);

    public Task<IReadOnlyList<Approval>> ApprovalsAsync(DeploymentId id, CancellationToken cancellationToken) => ListAsync(
        "Deployments.Approvals", state => state.Approvals.Where(a => a.Deployment == id).OrderBy(a => a.At), cancellationToken);

    public Task<EnvironmentState> GetAsync(EnvironmentKey key, CancellationToken cancellationToken) =>
        store.ReadAsync("Environments.Get", state => state.Environment(key), cancellationToken);

    public Task<IReadOnlyList<EnvironmentState>> OfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken) =>
        ListAsync("Environments.Of", state => state.Environments.Values.Where(e => applications.Contains(e.Key.Application)), cancellationToken);

    public Task<IReadOnlyList<EnvironmentState>> AllAsync(CancellationToken cancellationToken) => ListAsync(
        "Environments.All",
        state => state.Environments.Values.OrderBy(e => e.Key.Application, StringComparer.Ordinal).ThenBy(e => e.Key.Environment, StringComparer.Ordinal),
        cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> UnsealedAsync(int limit, CancellationToken cancellationToken) => ListAsync(
        "Audit.Unsealed", state => state.Audit.Where(a => a.Seal is null).Select(a => a.Entry).Take(limit), cancellationToken);

    public Task<ChainHead> HeadAsync(CancellationToken cancellationToken) => store.ReadAsync("Audit.Head", state => state.Head, cancellationToken);

    public Task<IReadOnlyList<SealedAuditEntry>> ReadAsync(long afterPosition, int limit, CancellationToken cancellationToken) => ListAsync(
        "Audit.Read",
        state => state.Audit.Where(a => a.Seal is { } seal && seal.Position > afterPosition)
            .Select(a => new SealedAuditEntry(a.Seal!.Position, a.Seal.Hash, a.Entry)).OrderBy(a => a.Position).Take(limit),
        cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> RecentAsync(string? application, DeploymentId? deployment, int limit, CancellationToken cancellationToken) => ListAsync(
        "Audit.Recent",
        state => Enumerable.Reverse(state.Audit).Select(a => a.Entry)
            .Where(e => (application is null || e.Application == application) && (deployment is null || e.Deployment == deployment)).Take(limit),
        cancellationToken);

    private Task<IReadOnlyList<T>> ListAsync<T>(string call, Func<MemoryState, IEnumerable<T>> read, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<T>>(call, state => [.. read(state)], cancellationToken);
}
