using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Deployments;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>
/// What a store promises, in the plainest way: one thread, whole commits or nothing, leases by one clock. It outlives every process
/// of the simulation, as a database does.
/// </summary>
internal sealed class ModelStore(TimeProvider time)
{
    private readonly List<Action> _undo = [];
    private long _lastRow;
    private long _lastToken;

    public Dictionary<DeploymentId, Deployment> Deployments { get; } = [];

    public Dictionary<string, Build> Builds { get; } = new(StringComparer.Ordinal);

    public Dictionary<EnvironmentKey, EnvironmentState> Environments { get; } = [];

    public List<Approval> Approvals { get; } = [];

    public List<JournalEntry> Journal { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    public StoredConfiguration? Configuration { get; private set; }

    public SortedDictionary<long, ModelRow> Rows { get; } = [];

    public HashSet<string> Nodes { get; } = new(StringComparer.Ordinal);

    public List<SetAsideWork> SetAside { get; } = [];

    /// <summary>Called after each commit that stands, with what it was.</summary>
    public Action<Commit> Committed { get; set; } = _ => { };

    public DateTimeOffset Now => time.GetUtcNow();

    public EnvironmentState State(EnvironmentKey key) => Environments.GetValueOrDefault(key) ?? EnvironmentState.Untouched(key);

    public ModelRow? Head(string queue) => Rows.Values.FirstOrDefault(row => row.Queue == queue);

    public bool IsOwned(Fence fence) => Rows.TryGetValue(long.Parse(fence.WorkId), out var row) && row.Token == fence.Token && row.IsHeld(Now);

    public CommitOutcome Commit(Commit commit)
    {
        if (commit.Fence is { } fence && !IsOwned(fence)) return new CommitOutcome.Fenced();
        _undo.Clear();
        foreach (var change in commit.Changes)
        {
            if (Apply(change) is not { } conflict) continue;
            for (var i = _undo.Count - 1; i >= 0; i--) _undo[i]();
            return new CommitOutcome.Conflict(conflict);
        }

        Committed(commit);
        return new CommitOutcome.Committed();
    }

    public IReadOnlyList<ClaimedWork> Claim(NodeIdentity node, int limit)
    {
        var heads = Rows.Values.GroupBy(row => row.Queue, StringComparer.Ordinal).Select(queue => queue.First())
            .Where(row => row.Due <= Now && !row.IsHeld(Now) && CanClaim(node, row)).OrderBy(row => row.Due).Take(limit).ToList();
        foreach (var row in heads) Rows[row.Id] = row with { Owner = node.Id, LeaseUntil = Now + node.Lease, Token = ++_lastToken };
        return [.. heads.Select(row => Rows[row.Id]).Select(row => new ClaimedWork($"{row.Id}", row.Item.Kind, row.Queue, row.Item.Subject, row.Item.Payload, row.Token, row.Failures))];
    }

    public IReadOnlyList<Fence> Heartbeat(NodeIdentity node)
    {
        var held = Rows.Values.Where(row => row.Owner == node.Id && row.IsHeld(Now)).ToList();
        foreach (var row in held) Rows[row.Id] = row with { LeaseUntil = Now + node.Lease };
        return [.. held.Select(row => new Fence($"{row.Id}", row.Token))];
    }

    public TimeSpan? NextDue(NodeIdentity node)
    {
        var instants = Rows.Values.GroupBy(row => row.Queue, StringComparer.Ordinal).Select(queue => queue.First())
            .Where(row => CanClaim(node, row) && row.Due < DateTimeOffset.MaxValue && !(row.Owner == node.Id && row.IsHeld(Now)))
            .Select(row => row.IsHeld(Now) && row.LeaseUntil > row.Due ? row.LeaseUntil : row.Due).ToList();
        return instants.Count == 0 ? null : instants.Min() - Now is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public bool Release(Fence fence)
    {
        if (!Rows.TryGetValue(long.Parse(fence.WorkId), out var row) || row.Token != fence.Token) return false;
        Rows[row.Id] = row with { Owner = null };
        return true;
    }

    /// <summary>Ends the leases of nodes whose session is gone.</summary>
    public int Reap()
    {
        var orphans = Rows.Values.Where(row => row.Owner is { } owner && !Nodes.Contains(owner)).ToList();
        foreach (var row in orphans) Rows[row.Id] = row with { Owner = null };
        return orphans.Count;
    }

    private static bool CanClaim(NodeIdentity node, ModelRow row) => row.Item.Capability is not { } needed || node.Capabilities.Contains(needed, StringComparer.Ordinal);

    /// <summary>What stands against it; null when it is done.</summary>
    private string? Apply(Change change)
    {
        switch (change)
        {
            case Change.InsertDeployment c: return Deployments.ContainsKey(c.Deployment.Id) ? "id" : Set(Deployments, c.Deployment.Id, c.Deployment);
            case Change.UpdateDeployment c:
                return Deployments.GetValueOrDefault(c.Deployment.Id)?.Revision != c.ExpectedRevision ? "revision" : Set(Deployments, c.Deployment.Id, c.Deployment);
            case Change.AppendJournal c: return Add(Journal, c.Entry);
            case Change.AppendAudit c: return Add(Audit, c.Entry);
            case Change.RecordBuild c: return Builds.ContainsKey(c.Build.Id) ? "version" : Set(Builds, c.Build.Id, c.Build);
            case Change.RecordApproval c:
                return Approvals.Any(a => a.Deployment == c.Approval.Deployment && a.User == c.Approval.User && a.Role == c.Approval.Role && a.PolicyRevision == c.Approval.PolicyRevision)
                    ? "decided already" : Add(Approvals, c.Approval);
            case Change.SetLock c: return Set(c.Key, s => s with { Lock = c.Lock, GateVersion = s.GateVersion + 1 });
            case Change.SetPin c: return Set(c.Key, s => s with { Pin = c.Pin, GateVersion = s.GateVersion + 1 });
            case Change.SetSuspension c: return Set(c.Key, s => s with { Suspension = c.Suspension, GateVersion = s.GateVersion + 1 });
            case Change.ExpectGateVersion c: return State(c.Key).GateVersion == c.Version ? null : "gate version";
            case Change.ExpectIdle c: return State(c.Key) is { Active: null } idle && idle.Last == c.Last ? null : "something was deployed in between";
            case Change.SetRequested c: return State(c.Key).Requested == c.Before ? Set(c.Key, s => s with { Requested = c.Deployment }) : "something else was requested in between";
            case Change.ExpectConfiguration c: return (Configuration?.Revision ?? "") == c.Revision ? null : "configuration";
            case Change.SaveConfiguration c: return (Configuration?.Revision ?? "") == c.ExpectedRevision ? Save(c.Configuration) : "configuration";
            case Change.SetActive c:
                return State(c.Key).Active is { } active && active != c.Deployment ? "another is active" : Set(c.Key, s => s with { Active = c.Deployment, ActivePhase = c.Phase });
            case Change.SetEnded c:
                return Set(c.Key, s => s with { Last = c.Deployment, LastPhase = c.Phase, Active = s.Active == c.Deployment ? null : s.Active, ActivePhase = s.Active == c.Deployment ? null : s.ActivePhase });
            case Change.SetRunning c: return Set(c.Key, s => s with { Running = c.Running, KnownGood = c.Succeeded ? c.Running : s.KnownGood });
            case AppendLog: return null;
            default: return ApplyToWork(change);
        }
    }

    private string? ApplyToWork(Change change)
    {
        switch (change)
        {
            case Change.EnqueueWork c: return Insert(c.Item);
            case Change.EnqueueOnce c:
                return Rows.Values.FirstOrDefault(r => r.Queue == c.Item.Queue && !r.IsHeld(Now)) is { } idle
                    ? Set(idle with { Due = Earlier(idle.Due, Now + c.Item.Delay) })
                    : c.IfAnyWaits is { } application && !Deployments.Values.Any(d => d.Phase == Phase.Waiting && d.Key.Application == application) ? null : Insert(c.Item);
            case Change.FinishWork c: return First(c.Queue, c.Subject) is { } row ? Remove(row) : null;
            case Change.RescheduleWork c:
                return First(c.Queue, c.Subject) is { } later
                    ? Set(later with { Owner = null, Failures = 0, Due = c.Delay == TimeSpan.MaxValue ? DateTimeOffset.MaxValue : Now + c.Delay }) : null;
            case Change.WakeWork c: return First(c.Queue, c.Subject) is { } sleeping && !sleeping.IsHeld(Now) ? Set(sleeping with { Due = Earlier(sleeping.Due, Now) }) : null;
            case Change.FailWork c: return Fail(c, Rows[long.Parse(c.WorkId)]);
            default: throw new NotSupportedException($"the simulation has no {change.GetType().Name}");
        }
    }

    private string? Fail(Change.FailWork change, ModelRow row)
    {
        if (!change.SetAside) return Set(row with { Owner = null, Failures = row.Failures + 1, Due = Now + change.Delay });
        Add(SetAside, new SetAsideWork(change.WorkId, row.Item.Kind, row.Queue, row.Item.Subject, change.Message, Now));
        return Remove(row);
    }

    private ModelRow? First(string queue, string subject) => Rows.Values.FirstOrDefault(row => row.Queue == queue && row.Item.Subject == subject);

    private string? Insert(WorkItem item)
    {
        var id = ++_lastRow;
        _undo.Add(() => Rows.Remove(id));
        Rows.Add(id, new ModelRow(id, item, Now + item.Delay));
        return null;
    }

    private string? Set(ModelRow row)
    {
        var before = Rows[row.Id];
        _undo.Add(() => Rows[row.Id] = before);
        Rows[row.Id] = row;
        return null;
    }

    private string? Remove(ModelRow row)
    {
        _undo.Add(() => Rows[row.Id] = row);
        Rows.Remove(row.Id);
        return null;
    }

    private string? Set(EnvironmentKey key, Func<EnvironmentState, EnvironmentState> change) => Set(Environments, key, change(State(key)));

    private string? Set<TKey, T>(Dictionary<TKey, T> values, TKey key, T value) where TKey : notnull
    {
        var had = values.TryGetValue(key, out var before);
        _undo.Add(() =>
        {
            if (had) values[key] = before!;
            else values.Remove(key);
        });
        values[key] = value;
        return null;
    }

    private string? Add<T>(List<T> list, T item)
    {
        _undo.Add(() => list.RemoveAt(list.Count - 1));
        list.Add(item);
        return null;
    }

    private string? Save(StoredConfiguration configuration)
    {
        var before = Configuration;
        _undo.Add(() => Configuration = before);
        Configuration = configuration;
        return null;
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>One row of the work table; the one with the least id is its queue's head.</summary>
internal sealed record ModelRow(long Id, WorkItem Item, DateTimeOffset Due)
{
    public string Queue => Item.Queue;

    public string? Owner { get; init; }

    public DateTimeOffset LeaseUntil { get; init; }

    public long Token { get; init; }

    public int Failures { get; init; }

    public bool IsHeld(DateTimeOffset now) => Owner is not null && now < LeaseUntil;
}
