using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Audit;
using Towpath.Core.Deliverybot;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>The configuration that is in force. Its text is in the store, so that every node compiles the same. Roles have the members of their teams as they are known now.</summary>
public sealed class Configurations(IStore store, ConfigurationLoader loader, OperatorLimits limits, TimeProvider time, ITeamRosters? teams = null)
{
    private Configuration _compiled = Configuration.Empty;
    private Staffed? _staffed;

    /// <summary>As this node read it last: for hints only, such as whether something is worth a look.</summary>
    public Configuration Known => _compiled;

    /// <summary>As this node read it last, with the teams as they are now: for who saves nothing without expecting that it is still in force. Read, where nothing was.</summary>
    public ValueTask<Configuration> PresumedAsync(CancellationToken cancellationToken) =>
        _compiled is { Applications.Count: > 0 } known ? ValueTask.FromResult(WithTeams(known)) : new(CurrentAsync(cancellationToken));

    public async Task<Configuration> CurrentAsync(CancellationToken cancellationToken) => WithTeams(await WrittenAsync(cancellationToken));

    private Configuration WithTeams(Configuration written)
    {
        if (teams is null || !written.Organization.HasTeams) return written;
        var roster = teams.Current;
        if (_staffed is { } known && ReferenceEquals(known.Written, written) && ReferenceEquals(known.Roster, roster)) return known.Result;
        var result = written with { Organization = written.Organization.With(roster) };
        _staffed = new Staffed(written, roster, result);
        return result;
    }

    private async Task<Configuration> WrittenAsync(CancellationToken cancellationToken)
    {
        var known = _compiled;
        var revision = await store.Configuration.CurrentRevisionAsync(cancellationToken);
        if (string.Equals(revision, known.Revision, StringComparison.Ordinal)) return known;
        return await store.Configuration.CurrentAsync(cancellationToken) is { } stored ? _compiled = Compile(stored) : Configuration.Empty;
    }

    /// <summary>Makes these files the configuration in force: all of them, or none when there is an error in one.</summary>
    /// <returns>What is wrong; empty when they are in force now.</returns>
    public Task<IReadOnlyList<SpecError>> TakeUpAsync(ConfigurationFiles files, string actor, CancellationToken cancellationToken) => TakeUpAsync(files, actor, fence: null, cancellationToken);

    /// <param name="files">All files. The Deliverybot files that are in force stay beside them, but for those that do not go with them.</param>
    /// <param name="actor">Who makes them so, for the audit log.</param>
    /// <param name="fence">Of the row that reads them: a node that slept must not bring older ones back.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OwnershipLostException">Another node owns the row now.</exception>
    public async Task<IReadOnlyList<SpecError>> TakeUpAsync(ConfigurationFiles files, string actor, Fence? fence, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = await store.Configuration.CurrentAsync(cancellationToken);
            var own = files.Files.Where(file => !DeliverybotPlace.IsIn(file.Key));
            var (wanted, loaded) = Fitting(files with { Files = Join(own, (current?.Files ?? Nothing).Where(file => DeliverybotPlace.IsIn(file.Key))) });
            if (loaded.Configuration is not { } configuration) return loaded.Errors;
            if (await SaveAsync(new Next(wanted, configuration, current?.Revision ?? ""), actor, [], fence, cancellationToken)) return [];
        }
    }

    /// <summary>Puts the Deliverybot file of one repository beside what is in force, or takes it away.</summary>
    /// <param name="place">Whose.</param>
    /// <param name="text">Its text; null where there is none any more.</param>
    /// <param name="commit">The commit that it stands in; null where nobody looked.</param>
    /// <param name="actor">Who makes it so, for the audit log.</param>
    /// <param name="fence">Of the row that reads it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What is wrong with it; empty when it is in force now.</returns>
    /// <exception cref="OwnershipLostException">Another node owns the row now.</exception>
    public async Task<IReadOnlyList<SpecError>> TakeUpAsync(DeliverybotPlace place, string? text, string? commit, string actor, Fence? fence, CancellationToken cancellationToken)
    {
        if (text is not null && Alone(place, text).Errors is { Count: > 0 } wrong) return wrong;
        while (true)
        {
            var current = await store.Configuration.CurrentAsync(cancellationToken);
            if (current is null && text is null) return [];
            var (files, loaded) = With(current, place, text);
            if (loaded.Configuration is not { } configuration) return loaded.Errors;
            if (await SaveAsync(new Next(files, configuration, current?.Revision ?? ""), actor, new JsonObject { ["repository"] = place.Repository, ["commit"] = commit }, fence, cancellationToken)) return [];
        }
    }

    /// <summary>What there would be with this Deliverybot file of a repository, or without one; nothing comes of it.</summary>
    /// <param name="place">Whose.</param>
    /// <param name="text">Its text; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ConfigurationResult> TryAsync(DeliverybotPlace place, string? text, CancellationToken cancellationToken) =>
        text is not null && Alone(place, text) is { Errors.Count: > 0 } wrong ? wrong : With(await store.Configuration.CurrentAsync(cancellationToken), place, text).Loaded;

    /// <summary>What the operator allows is asked of this file alone: another that came to be out of bounds is no reason to keep this one out.</summary>
    private ConfigurationResult Alone(DeliverybotPlace place, string text) => loader.Load(new ConfigurationFiles(Only(place, text), null), limits);

    private (ConfigurationFiles Files, ConfigurationResult Loaded) With(StoredConfiguration? current, DeliverybotPlace place, string? text)
    {
        var others = (current?.Files ?? Nothing).Where(file => !string.Equals(file.Key, place.Path, StringComparison.Ordinal));
        var files = new ConfigurationFiles(Join(others, text is null ? Nothing : Only(place, text)), current?.Source);
        return (files, loader.Load(files, limits: null));
    }

    private static Dictionary<string, string> Only(DeliverybotPlace place, string text) => new(StringComparer.Ordinal) { [place.Path] = text };

    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    private static Dictionary<string, string> Join(IEnumerable<KeyValuePair<string, string>> one, IEnumerable<KeyValuePair<string, string>> other) => new(one.Concat(other), StringComparer.Ordinal);

    /// <summary>Without the Deliverybot files that are wrong beside the others: no repository of an application keeps out what the configuration's own says.</summary>
    private (ConfigurationFiles Files, ConfigurationResult Loaded) Fitting(ConfigurationFiles files)
    {
        while (true)
        {
            var loaded = loader.Load(files, limits);
            var wrong = loaded.Errors.Select(error => error.File).Where(file => DeliverybotPlace.IsIn(file) && files.Files.ContainsKey(file)).ToHashSet(StringComparer.Ordinal);
            if (wrong.Count == 0) return (files, loaded);
            files = files with { Files = Join(files.Files.Where(file => !wrong.Contains(file.Key)), []) };
        }
    }

    /// <returns>False where another configuration came into force meanwhile.</returns>
    private async Task<bool> SaveAsync(Next next, string actor, JsonObject details, Fence? fence, CancellationToken cancellationToken)
    {
        if (string.Equals(next.Before, next.Configuration.Revision, StringComparison.Ordinal)) return true;
        var current = await CurrentAsync(cancellationToken);
        if (!string.Equals(current.Revision, next.Before, StringComparison.Ordinal)) return false;
        var outcome = await store.CommitAsync(new Commit { Fence = fence, Changes = Changes(next.Files, next.Configuration, current, actor, details) }, cancellationToken);
        if (outcome is CommitOutcome.Fenced) throw new OwnershipLostException();
        return outcome is CommitOutcome.Committed;
    }

    private IReadOnlyList<Change> Changes(ConfigurationFiles files, Configuration configuration, Configuration current, string actor, JsonObject details)
    {
        var now = time.GetUtcNow();
        (details["revision"], details["before"], details["source"]) = (configuration.Revision, current.Revision, files.Source);
        return
        [
            new Change.SaveConfiguration(new StoredConfiguration(configuration.Revision, files.Source, files.Files, now), current.Revision),
            new Change.AppendAudit(new AuditEntry
            {
                Id = Guid.CreateVersion7(now).ToString("N"), At = now, Actor = actor, Action = "configuration.taken_up", Details = details.ToJsonString(),
            }),
            // Policies may have changed for applications that were and for those that are.
            .. current.Applications.Keys.Union(configuration.Applications.Keys, StringComparer.Ordinal).Select(Transitions.EvaluateApplication),
        ];
    }

    /// <summary>Without the operator's limits: those are asked again before anything is planned, by the node that would do it.</summary>
    private Configuration Compile(StoredConfiguration stored)
    {
        var loaded = loader.Load(new ConfigurationFiles(stored.Files, stored.Source), limits: null);
        var configuration = loaded.Configuration ?? throw new InvalidOperationException(
            $"this version of Towpath does not understand the configuration {stored.Revision} that another node took up: {loaded.Errors[0]}");
        return configuration with { Revision = stored.Revision };
    }

    /// <param name="Files">To be in force.</param>
    /// <param name="Configuration">What they say.</param>
    /// <param name="Before">The revision that they were put together with.</param>
    private sealed record Next(ConfigurationFiles Files, Configuration Configuration, string Before);

    private sealed record Staffed(Configuration Written, TeamRoster Roster, Configuration Result);
}
