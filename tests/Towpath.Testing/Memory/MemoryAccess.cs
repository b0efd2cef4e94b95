using Towpath.Core.Artifacts;
using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

/// <summary>What is read of builds, tokens, sessions, configuration and settings.</summary>
internal sealed class MemoryAccess(MemoryStore store) : IBuildReader, IAccessReader, IConfigurationReader
{
    public Task<Build?> GetAsync(string id, CancellationToken cancellationToken) =>
        store.ReadAsync("Builds.Get", state => state.Builds.GetValueOrDefault(id), cancellationToken);

    public Task<Build?> FindByVersionAsync(string application, string version, CancellationToken cancellationToken) => store.ReadAsync(
        "Builds.FindByVersion", state => state.Builds.Values.FirstOrDefault(b => b.Application == application && b.Version == version), cancellationToken);

    public Task<IReadOnlyList<Build>> ListAsync(string application, int limit, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<Build>>(
        "Builds.List",
        state => [.. state.Builds.Values.Where(b => b.Application == application).OrderByDescending(b => b.ReportedAt).ThenByDescending(b => b.Id, StringComparer.Ordinal).Take(limit)],
        cancellationToken);

    public Task<IReadOnlyList<Build>> OfCommitAsync(string application, string commit, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<Build>>(
        "Builds.OfCommit",
        state => [.. state.Builds.Values.Where(b => b.Application == application && b.Commit == commit).OrderByDescending(b => b.ReportedAt).ThenByDescending(b => b.Id, StringComparer.Ordinal)],
        cancellationToken);

    public Task<AccessToken?> FindTokenAsync(string hash, CancellationToken cancellationToken) =>
        store.ReadAsync("Access.FindToken", state => state.Tokens.Values.FirstOrDefault(t => t.Hash == hash), cancellationToken);

    public Task<AccessToken?> GetTokenAsync(string id, CancellationToken cancellationToken) =>
        store.ReadAsync("Access.GetToken", state => state.Tokens.GetValueOrDefault(id), cancellationToken);

    public Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<AccessToken>>(
        "Access.ListTokens", state => [.. state.Tokens.Values.OrderBy(t => t.CreatedAt).ThenBy(t => t.Id, StringComparer.Ordinal)], cancellationToken);

    public Task<Session?> FindSessionAsync(string hash, CancellationToken cancellationToken) =>
        store.ReadAsync("Access.FindSession", state => state.Sessions.GetValueOrDefault(hash), cancellationToken);

    public Task<TokenUse?> FindUseAsync(string token, string application, CancellationToken cancellationToken) =>
        store.ReadAsync("Access.FindUse", state => state.Uses.GetValueOrDefault((token, application)), cancellationToken);

    public Task<StoredConfiguration?> CurrentAsync(CancellationToken cancellationToken) =>
        store.ReadAsync("Configuration.Current", state => state.Configuration, cancellationToken);

    public Task<string> CurrentRevisionAsync(CancellationToken cancellationToken) =>
        store.ReadAsync("Configuration.CurrentRevision", state => state.Configuration?.Revision ?? "", cancellationToken);

    public Task<string?> SettingAsync(string name, CancellationToken cancellationToken) =>
        store.ReadAsync("Configuration.Setting", state => state.Settings.GetValueOrDefault(name), cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> SettingsAsync(string prefix, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyDictionary<string, string>>(
            "Configuration.Settings",
            state => state.Settings.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal),
            cancellationToken);
}
