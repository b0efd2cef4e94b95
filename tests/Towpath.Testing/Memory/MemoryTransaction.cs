using System.Globalization;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Deployments;

namespace Towpath.Testing.Memory;

/// <summary>Applies the changes of one commit to a state, as the databases do; the first expectation that fails ends it.</summary>
internal sealed class MemoryTransaction(MemoryState state, long now)
{
    public MemoryState State { get; private set; } = state;

    public string? Conflict { get; private set; }

    public bool Owns(Fence fence) =>
        long.TryParse(fence.WorkId, CultureInfo.InvariantCulture, out var id) && State.Work.TryGetValue(id, out var row) && row.IsOwned(fence.Token, now);

    /// <exception cref="NotSupportedException">The change is of a kind that this store does not know yet.</exception>
    public void Apply(Change change)
    {
        if (Conflict is not null) return;
        if (ApplyRecord(change) || ApplyEnvironment(change) || ApplyAccess(change) || MemoryGitHubChanges.Apply(this, change) || MemoryWatches.Apply(this, change, now) || MemoryMirrors.Apply(this, change) || MemoryWorkChanges.Apply(this, change, now)) return;
        throw new NotSupportedException(change.GetType().Name);
    }

    public void Set(MemoryState next) => State = next;

    private bool ApplyRecord(Change change)
    {
        switch (change)
        {
            case Change.InsertDeployment c:
                Expect(!State.Deployments.ContainsKey(c.Deployment.Id.Value), "that deployment exists already");
                SetDeployment(c.Deployment);
                return true;
            case Change.UpdateDeployment c:
                Expect(State.Deployments.TryGetValue(c.Deployment.Id.Value, out var stored) && stored.Revision == c.ExpectedRevision, "another revision");
                SetDeployment(c.Deployment);
                return true;
            case Change.AppendJournal c:
                Expect(!State.Journal.Any(e => e.Deployment == c.Entry.Deployment && e.Revision == c.Entry.Revision), "that revision is journaled already");
                Set(State with { Journal = State.Journal.Add(c.Entry) });
                return true;
            case AppendLog c:
                var log = State.Logs.GetValueOrDefault(c.Deployment, []);
                Set(State with { Logs = State.Logs.SetItem(c.Deployment, log.AddRange(c.Lines.Select((line, i) => line with { Sequence = log.Count + i + 1 }))) });
                return true;
            case Change.RecordBuild c:
                Expect(!State.Builds.Values.Any(b => b.Id == c.Build.Id || (b.Application == c.Build.Application && b.Version == c.Build.Version)), "that version exists already");
                Set(State with { Builds = State.Builds.SetItem(c.Build.Id, c.Build) });
                return true;
            case Change.RecordApproval { Approval: var a } c:
                Set(State with { Approvals = State.Approvals.RemoveAll(b => b.Id == c.InPlaceOf) });
                Expect(
                    !State.Approvals.Any(b => b.Id == a.Id || (b.Deployment == a.Deployment && b.Role == a.Role && b.User == a.User && b.Digest == a.Digest && b.PolicyRevision == a.PolicyRevision)),
                    $"{a.User} has decided already");
                Set(State with { Approvals = State.Approvals.Add(a) });
                return true;
            case Change.AppendAudit c:
                Set(State with { Audit = State.Audit.Add(new MemoryAudit(c.Entry, Seal: null)) });
                return true;
            case Change.SealAudit c:
                Seal(c);
                return true;
            default:
                return false;
        }
    }

    private bool ApplyEnvironment(Change change)
    {
        switch (change)
        {
            case Change.SetLock c:
                Update(State.Environment(c.Key), e => e with { Lock = c.Lock, GateVersion = e.GateVersion + 1 });
                return true;
            case Change.SetPin c:
                Update(State.Environment(c.Key), e => e with { Pin = c.Pin, GateVersion = e.GateVersion + 1 });
                return true;
            case Change.SetSuspension c:
                Update(State.Environment(c.Key), e => e with { Suspension = c.Suspension, GateVersion = e.GateVersion + 1 });
                return true;
            case Change.ExpectGateVersion c:
                Expect(State.Environment(c.Key).GateVersion == c.Version, "locks or suspensions have changed");
                return true;
            case Change.ExpectIdle c:
                Expect(State.Environment(c.Key) is { Active: null } idle && idle.Last == c.Last, "something was deployed in between");
                return true;
            case Change.SetRequested c:
                Expect(State.Environment(c.Key).Requested == c.Before, "something else was requested in between");
                Update(State.Environment(c.Key), e => e with { Requested = c.Deployment });
                return true;
            case Change.SetActive c:
                Expect(State.Environment(c.Key).Active is null || State.Environment(c.Key).Active == c.Deployment, "another deployment is active");
                Update(State.Environment(c.Key), e => e with { Active = c.Deployment, ActivePhase = c.Phase });
                return true;
            case Change.SetEnded c:
                Update(State.Environment(c.Key), e => e.Active == c.Deployment ? e with { Active = null, ActivePhase = null } : e);
                Update(State.Environment(c.Key), e => e with { Last = c.Deployment, LastPhase = c.Phase });
                return true;
            case Change.SetRunning c:
                Update(State.Environment(c.Key), e => e with { Running = c.Running, KnownGood = c.Succeeded ? c.Running : e.KnownGood });
                return true;
            default:
                return false;
        }
    }

    private bool ApplyAccess(Change change)
    {
        switch (change)
        {
            case Change.ExpectConfiguration c:
                Expect((State.Configuration?.Revision ?? "") == c.Revision, "another configuration is current");
                return true;
            case Change.SaveConfiguration c:
                Expect((State.Configuration?.Revision ?? "") == c.ExpectedRevision, "another configuration is current");
                Set(State with { Configuration = c.Configuration });
                return true;
            case Change.SaveSetting c:
                Expect(!c.OnlyIfAbsent || !State.Settings.ContainsKey(c.Name), $"{c.Name} has a value already");
                Set(State with { Settings = State.Settings.SetItem(c.Name, c.Value) });
                return true;
            case Change.TakeSetting c:
                Expect(State.Settings.ContainsKey(c.Name), $"{c.Name} has no value");
                Set(State with { Settings = State.Settings.Remove(c.Name) });
                return true;
            case Change.SaveToken c:
                Set(State with { Tokens = State.Tokens.SetItem(c.Token.Id, c.Token) });
                return true;
            case Change.RevokeToken c:
                if (State.Tokens.TryGetValue(c.Id, out var token)) Set(State with { Tokens = State.Tokens.SetItem(c.Id, token with { RevokedAt = token.RevokedAt ?? c.At }) });
                Set(State with { Sessions = State.Sessions.RemoveRange(State.Sessions.Values.Where(s => s.TokenId == c.Id).Select(s => s.Hash)) });
                return true;
            case Change.SaveSession c:
                Set(State with { Sessions = State.Sessions.SetItem(c.Session.Hash, c.Session) });
                return true;
            case Change.RememberUse c:
                Expect(!State.Uses.ContainsKey((c.Use.Token, c.Use.Application)), "the token was used for that application already");
                Set(State with { Uses = State.Uses.SetItem((c.Use.Token, c.Use.Application), c.Use) });
                return true;
            case Change.EndSession c:
                Set(State with { Sessions = State.Sessions.Remove(c.Hash) });
                return true;
            default:
                return false;
        }
    }

    private void SetDeployment(Deployment deployment)
    {
        Expect(
            !deployment.Phase.IsActive() || !State.Deployments.Values.Any(d => d.Id != deployment.Id && d.Key == deployment.Key && d.Phase.IsActive()),
            "another deployment is active in that environment");
        Set(State with { Deployments = State.Deployments.SetItem(deployment.Id.Value, deployment) });
    }

    private void Seal(Change.SealAudit change)
    {
        Expect(State.Head == change.Expected, "the audit chain has grown in between");
        var seals = change.Seals.ToDictionary(seal => seal.EntryId, StringComparer.Ordinal);
        Expect(State.Audit.Count(a => a.Seal is null && seals.ContainsKey(a.Entry.Id)) == seals.Count, "the audit chain has grown in between");
        Set(State with { Head = change.Head, Audit = [.. State.Audit.Select(a => seals.TryGetValue(a.Entry.Id, out var seal) ? a with { Seal = seal } : a)] });
    }

    private void Update(EnvironmentState environment, Func<EnvironmentState, EnvironmentState> change) => Set(State.With(change(environment)));

    internal void Expect(bool holds, string what)
    {
        if (!holds) Conflict ??= what;
    }
}
