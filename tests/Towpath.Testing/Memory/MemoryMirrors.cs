using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

internal sealed class MemoryMirrors(MemoryStore store) : IMirrorReader
{
    public Task<DeploymentMirror?> GetAsync(DeploymentId id, CancellationToken cancellationToken) =>
        store.ReadAsync("Mirrors.Get", state => state.Mirrors.GetValueOrDefault(id), cancellationToken);

    public Task<IReadOnlyList<DeploymentMirror>> ShownAsync(string application, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<DeploymentMirror>>(
        "Mirrors.Shown", state => [.. state.Mirrors.Values.Where(m => m.Key.Application == application && m.IsShown).OrderBy(m => m.Deployment.Value, StringComparer.Ordinal)], cancellationToken);

    public Task<IReadOnlyList<ProtectionRequest>> WaitingAsync(CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<ProtectionRequest>>(
        "Mirrors.Waiting", state => [.. state.Protections.Values.Where(r => r.Answer is null).OrderBy(r => (r.AskedAt, r.RepositoryId, r.RunId)).ThenBy(r => r.Environment, StringComparer.Ordinal)], cancellationToken);

    public Task<ProtectionRequest?> RequestAsync(long repositoryId, long runId, string environment, CancellationToken cancellationToken) =>
        store.ReadAsync("Mirrors.Request", state => state.Protections.GetValueOrDefault((repositoryId, runId, environment)), cancellationToken);

    public static bool Apply(MemoryTransaction to, Change change)
    {
        switch (change)
        {
            case Change.SaveMirror { Mirror: var m }:
                to.Set(to.State with { Mirrors = to.State.Mirrors.SetItem(m.Deployment, m) });
                return true;
            case Change.AddProtectionRequest { Request: var r }:
                if (!to.State.Protections.ContainsKey((r.RepositoryId, r.RunId, r.Environment))) to.Set(to.State with { Protections = to.State.Protections.SetItem((r.RepositoryId, r.RunId, r.Environment), r) });
                return true;
            case Change.SaveProtectionRequest { Request: var r }:
                to.Set(to.State with { Protections = to.State.Protections.SetItem((r.RepositoryId, r.RunId, r.Environment), r) });
                return true;
            default:
                return false;
        }
    }
}
