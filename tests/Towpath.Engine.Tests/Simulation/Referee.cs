using System.Security.Cryptography;
using System.Text;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>Sees every commit and every call to the outside world in the order in which they take effect, and writes down what must not be.</summary>
internal sealed class Referee
{
    private readonly SimScheduler _scheduler;
    private readonly ModelStore _store;
    private readonly Dictionary<DeploymentId, Deployment> _known = [];
    private readonly Dictionary<EnvironmentKey, List<DeploymentId>> _lines = [];
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<string> _trace = [];

    public Referee(SimScheduler scheduler, ModelStore store)
    {
        (_scheduler, _store) = (scheduler, store);
        store.Committed = OnCommit;
    }

    public List<string> Complaints { get; } = [];

    public IReadOnlyList<string> Trace => _trace;

    public int Starts { get; private set; }

    public int Transitions { get; private set; }

    public int StaleCalls { get; private set; }

    public string TraceHash() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Adds a line to the trace. Ids differ from run to run, so that labels stand for them.</summary>
    public void Note(string line)
    {
        var text = $"{_scheduler.Now:HH:mm:ss.fff} {line}\n";
        _hash.AppendData(Encoding.UTF8.GetBytes(text));
        _trace.Add(text);
    }

    /// <summary>A call to the outside world is sent: its intent is committed, and its sender owns the deployment or cannot know yet that it does not.</summary>
    public void Sent(SimProcess process, StepContext context, DateTimeOffset askedAt)
    {
        var now = _store.Deployments[context.Deployment.Id];
        var intended = now.CurrentStep?.Name == context.Step.Name && now.Phase == context.Deployment.Phase && now.CurrentRecord is { Status: StepStatus.Running }
            && now.CurrentRecord.Attempt == context.Attempt && context.Attempt > 0;
        Note($"{process.Name} sends {context.Step.Name} of {Label(now.Id.Value)} intended={intended}");
        if (intended) return;
        StaleCalls++;
        if (process.DisturbedAt < askedAt)
            Complaints.Add($"{process.Name} sent {context.Step.Name} (attempt {context.Attempt}) of {Label(now.Id.Value)}, which is {Describe(now)}, and nothing had come in between");
    }

    public string Label(string id)
    {
        if (!_labels.TryGetValue(id, out var label)) _labels[id] = label = $"#{_labels.Count + 1}";
        return label;
    }

    public static string Describe(Deployment deployment) =>
        $"{Words.Of(deployment.Phase)} {deployment.CurrentStep?.Name} attempt {deployment.CurrentRecord?.Attempt} revision {deployment.Revision} {deployment.Version} for {deployment.Key}";

    private void OnCommit(Commit commit)
    {
        foreach (var change in commit.Changes)
        {
            if (change is Change.InsertDeployment inserted) Inserted(inserted.Deployment, commit);
            else if (change is Change.UpdateDeployment updated) Updated(updated.Deployment, commit);
        }

        // A commit may move several in a line; the line is right when all of it is done.
        foreach (var key in commit.Changes.OfType<Change.UpdateDeployment>().Select(u => u.Deployment.Key)
            .Concat(commit.Changes.OfType<Change.InsertDeployment>().Select(i => i.Deployment.Key)).Distinct())
            CompareLine(key);
        var names = string.Join(' ', commit.Changes.Select(change => change.GetType().Name));
        Note($"commit {names}");
    }

    private void Inserted(Deployment deployment, Commit commit)
    {
        if (deployment.Phase is not (Phase.Waiting or Phase.Queued)) Complain(deployment, "was created in the phase");
        _known[deployment.Id] = deployment;
        Note($"new {Label(deployment.Id.Value)} {Describe(deployment)}");
        Follow(null, deployment);
        if (!Audited(commit, deployment, "deployment.requested")) Complain(deployment, "was requested without an audit entry");
    }

    private void Updated(Deployment after, Commit commit)
    {
        Transitions++;
        var before = _known[after.Id];
        _known[after.Id] = after;
        Note($"{Label(after.Id.Value)} {Describe(after)}");
        if (before.Phase.IsTerminal()) Complain(after, $"was changed after its end ({before.Phase})");
        if (after.Revision != before.Revision + 1) Complain(after, $"went from revision {before.Revision}");
        if (after.Digest != before.Digest) Complain(after, "changed its digest");
        if (commit.Changes.OfType<Change.AppendJournal>().All(j => j.Entry.Deployment != after.Id || j.Entry.Revision != after.Revision)) Complain(after, "was changed without a journal entry");
        if (!before.Phase.IsActive() && after.Phase.IsActive()) Started(before, after, commit);
        if (after.Phase.IsTerminal() && !Audited(commit, after, null)) Complain(after, "ended without an audit entry");
        if (after.Phase == Phase.RollingBack && before.Phase is Phase.Running or Phase.Verifying) RollbackBegan(before);
        if (before.Phase.IsActive() && commit.Fence is null && after.Cancel == before.Cancel && after.Attention == before.Attention) Complain(after, "was advanced without a fence");
        if (_known.Values.Count(d => d.Key == after.Key && d.Phase.IsActive()) > 1) Complain(after, "is active beside another");
        Follow(before, after);
    }

    private void Started(Deployment before, Deployment after, Commit commit)
    {
        Starts++;
        if (before.Phase != Phase.Queued) Complain(after, $"started out of {before.Phase}");
        if (commit.Fence is null) Complain(after, "started without a claim");
        if (_lines[after.Key][0] != after.Id) Complain(after, $"overtook {Label(_lines[after.Key][0].Value)}");
        if (!Audited(commit, after, "deployment.started")) Complain(after, "started without an audit entry");
        var state = _store.State(after.Key);
        if (state.Lock?.IsHeldAt(_scheduler.Now) == true) Complain(after, "started in a locked environment");
        if (state.Suspension is not null && after.Origin == Origin.Automatic) Complain(after, "started by itself in a suspended environment");
        if (after.Gates is not { IsOpen: true }) Complain(after, "started with a closed gate");
        if (after.KnownGood != state.KnownGood) Complain(after, "took another version for known good");
    }

    private void RollbackBegan(Deployment before)
    {
        if (before.Origin == Origin.Rollback) Complain(before, "is a rollback and was rolled back");
        if (before.KnownGood is null || !before.Switched) Complain(before, "was rolled back with nothing to go back to or nothing switched");
    }

    /// <summary>The line of an environment, as the phases tell it.</summary>
    private void Follow(Deployment? before, Deployment after)
    {
        if (!_lines.TryGetValue(after.Key, out var line)) _lines[after.Key] = line = [];
        var wasIn = before is not null && InLine(before.Phase);
        if (!wasIn && InLine(after.Phase)) line.Add(after.Id);
        if (wasIn && !InLine(after.Phase)) line.Remove(after.Id);
    }

    private void CompareLine(EnvironmentKey key)
    {
        var rows = _store.Rows.Values.Where(row => row.Queue == key.ToString()).Select(row => row.Item.Subject).ToList();
        if (!rows.SequenceEqual(_lines[key].Select(id => id.Value), StringComparer.Ordinal))
            Complaints.Add($"{key} has a line of [{string.Join(' ', rows.Select(Label))}] where the phases say [{string.Join(' ', _lines[key].Select(id => Label(id.Value)))}]");
    }

    private static bool InLine(Phase phase) => phase == Phase.Queued || phase.IsActive();

    private static bool Audited(Commit commit, Deployment deployment, string? action) => commit.Changes.OfType<Change.AppendAudit>()
        .Any(a => a.Entry.Deployment == deployment.Id && (action is null || a.Entry.Action == action));

    private void Complain(Deployment deployment, string what) => Complaints.Add($"{_scheduler.Now:HH:mm:ss.fff} {Label(deployment.Id.Value)} {what}: {Describe(deployment)}");
}
