using System.Collections.Immutable;
using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;
using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

/// <summary>Everything that a memory store remembers, at one moment. A commit makes the next one, or leaves it.</summary>
internal sealed record MemoryState
{
    public ImmutableHashSet<string> Operations { get; init; } = [];
    public ImmutableSortedDictionary<string, Deployment> Deployments { get; init; } = ImmutableSortedDictionary.Create<string, Deployment>(StringComparer.Ordinal);
    public ImmutableList<JournalEntry> Journal { get; init; } = [];
    public ImmutableDictionary<DeploymentId, ImmutableList<LogLine>> Logs { get; init; } = ImmutableDictionary<DeploymentId, ImmutableList<LogLine>>.Empty;
    public ImmutableDictionary<string, Build> Builds { get; init; } = ImmutableDictionary<string, Build>.Empty;
    public ImmutableList<Approval> Approvals { get; init; } = [];
    public ImmutableDictionary<EnvironmentKey, EnvironmentState> Environments { get; init; } = ImmutableDictionary<EnvironmentKey, EnvironmentState>.Empty;
    public ImmutableList<MemoryAudit> Audit { get; init; } = [];
    public ChainHead Head { get; init; } = ChainHead.Genesis;
    public ImmutableDictionary<string, AccessToken> Tokens { get; init; } = ImmutableDictionary<string, AccessToken>.Empty;
    public ImmutableDictionary<string, Session> Sessions { get; init; } = ImmutableDictionary<string, Session>.Empty;
    public ImmutableDictionary<(string Token, string Application), TokenUse> Uses { get; init; } = ImmutableDictionary<(string, string), TokenUse>.Empty;
    public StoredConfiguration? Configuration { get; init; }
    public ImmutableDictionary<string, string> Settings { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableSortedDictionary<long, MemoryRow> Work { get; init; } = ImmutableSortedDictionary<long, MemoryRow>.Empty;
    public ImmutableList<SetAsideWork> SetAside { get; init; } = [];
    public long LastWorkId { get; init; }

    /// <summary>In the order in which they came.</summary>
    public ImmutableList<MemoryDelivery> Deliveries { get; init; } = [];
    public ImmutableDictionary<(long Repository, string Sha, CommitFactKind Kind, string App, string Name, long Run), CommitFact> CommitFacts { get; init; } =
        ImmutableDictionary<(long Repository, string Sha, CommitFactKind Kind, string App, string Name, long Run), CommitFact>.Empty;
    public ImmutableDictionary<(long Repository, string Ref), RefFact> RefFacts { get; init; } = ImmutableDictionary<(long Repository, string Ref), RefFact>.Empty;
    public ImmutableDictionary<(long Repository, long Number), PullFact> PullFacts { get; init; } = ImmutableDictionary<(long Repository, long Number), PullFact>.Empty;
    public ImmutableDictionary<long, RepositoryName> RepositoryNames { get; init; } = ImmutableDictionary<long, RepositoryName>.Empty;

    public ImmutableDictionary<(long Repository, long Comment), PullCommand> PullCommands { get; init; } = ImmutableDictionary<(long Repository, long Comment), PullCommand>.Empty;

    public ImmutableDictionary<EnvironmentKey, StoredWatch> Watches { get; init; } = ImmutableDictionary<EnvironmentKey, StoredWatch>.Empty;

    public ImmutableDictionary<(long Repository, string Subject), MemoryLook> Looks { get; init; } = ImmutableDictionary<(long Repository, string Subject), MemoryLook>.Empty;

    public ImmutableHashSet<(long Repository, string Sha, long Run)> DeployingRuns { get; init; } = [];

    public ImmutableDictionary<DeploymentId, DeploymentMirror> Mirrors { get; init; } = ImmutableDictionary<DeploymentId, DeploymentMirror>.Empty;

    public ImmutableDictionary<(long Repository, long Run, string Environment), ProtectionRequest> Protections { get; init; } = ImmutableDictionary<(long Repository, long Run, string Environment), ProtectionRequest>.Empty;

    public EnvironmentState Environment(EnvironmentKey key) => Environments.GetValueOrDefault(key) ?? EnvironmentState.Untouched(key);

    public MemoryState With(EnvironmentState state) => this with { Environments = Environments.SetItem(state.Key, state) };

    public MemoryState With(MemoryRow row) => this with { Work = Work.SetItem(row.Id, row) };

    public MemoryRow? FirstRow(string queue, string subject) => Work.Values.FirstOrDefault(row => row.Item.Queue == queue && row.Item.Subject == subject);

    public IEnumerable<MemoryRow> Heads => Work.Values.GroupBy(row => row.Item.Queue, StringComparer.Ordinal).Select(line => line.First());
}

internal sealed record MemoryDelivery(Delivery Delivery, int Lane, PackedBody Body);

/// <summary>Something to look at again; due at an instant in microseconds since 1970.</summary>
internal sealed record MemoryLook(int Lane, long Version, int Failures, long DueAt);

internal sealed record MemoryAudit(AuditEntry Entry, AuditSeal? Seal);

/// <summary>One row of the work table. Instants in microseconds since 1970.</summary>
internal sealed record MemoryRow(long Id, WorkItem Item, long DueAt)
{
    public string? Owner { get; init; }
    public long LeaseUntil { get; init; }
    public long Token { get; init; }
    public int Failures { get; init; }

    public bool IsFreeAt(long now) => Owner is null || LeaseUntil <= now;

    public bool IsOwned(long token, long now) => Owner is not null && Token == token && LeaseUntil > now;

    public bool IsFor(NodeIdentity node) => Item.Capability is null || node.Capabilities.Contains(Item.Capability, StringComparer.Ordinal);

    public MemoryRow Freed() => this with { Owner = null, LeaseUntil = 0 };
}
