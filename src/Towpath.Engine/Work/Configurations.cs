using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Audit;
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

    public async Task<Configuration> CurrentAsync(CancellationToken cancellationToken) => WithTeams(await WrittenAsync(cancellationToken));

    private Configuration WithTeams(Configuration written)
    {
        if (teams is null || written.Organization.Roles.Values.All(role => role.Teams.Count == 0)) return written;
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

    /// <param name="files">All files.</param>
    /// <param name="actor">Who makes them so, for the audit log.</param>
    /// <param name="fence">Of the row that reads them: a node that slept must not bring older ones back.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OwnershipLostException">Another node owns the row now.</exception>
    public async Task<IReadOnlyList<SpecError>> TakeUpAsync(ConfigurationFiles files, string actor, Fence? fence, CancellationToken cancellationToken)
    {
        var loaded = loader.Load(files, limits);
        if (loaded.Configuration is not { } configuration) return loaded.Errors;
        while (true)
        {
            var current = await CurrentAsync(cancellationToken);
            if (string.Equals(current.Revision, configuration.Revision, StringComparison.Ordinal)) return [];
            var commit = new Commit { Fence = fence, Changes = Changes(files, configuration, current, actor) };
            var outcome = await store.CommitAsync(commit, cancellationToken);
            if (outcome is CommitOutcome.Committed) return [];
            if (outcome is CommitOutcome.Fenced) throw new OwnershipLostException();
        }
    }

    private IReadOnlyList<Change> Changes(ConfigurationFiles files, Configuration configuration, Configuration current, string actor)
    {
        var now = time.GetUtcNow();
        var details = new JsonObject { ["revision"] = configuration.Revision, ["before"] = current.Revision, ["source"] = files.Source };
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

    private sealed record Staffed(Configuration Written, TeamRoster Roster, Configuration Result);
}
