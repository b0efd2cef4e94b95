using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;

namespace Towpath.Engine.Storage;

/// <summary>One write inside a <see cref="Commit"/>.</summary>
public abstract record Change
{
    /// <summary>Conflict when that id exists.</summary>
    public sealed record InsertDeployment(Deployment Deployment) : Change;

    /// <summary>Conflict unless the stored revision is <paramref name="ExpectedRevision"/>.</summary>
    public sealed record UpdateDeployment(Deployment Deployment, long ExpectedRevision) : Change;

    public sealed record AppendJournal(JournalEntry Entry) : Change;

    public sealed record AppendAudit(AuditEntry Entry) : Change;

    /// <summary>Conflict when the application has that version already.</summary>
    public sealed record RecordBuild(Build Build) : Change;

    /// <summary>Conflict when that user has decided on this deployment and role under the same digest and policy revision already, but for what it stands in for.</summary>
    /// <param name="Approval">The decision.</param>
    /// <param name="InPlaceOf">The id of one that counts no longer, which goes.</param>
    public sealed record RecordApproval(Approval Approval, string? InPlaceOf = null) : Change;

    /// <summary>Sets or, with null, clears the lock; raises the environment's gate version.</summary>
    public sealed record SetLock(EnvironmentKey Key, EnvironmentLock? Lock) : Change;

    /// <summary>Sets or, with null, clears the pin; raises the environment's gate version.</summary>
    public sealed record SetPin(EnvironmentKey Key, EnvironmentPin? Pin) : Change;

    /// <summary>Sets or, with null, clears the suspension; raises the environment's gate version.</summary>
    public sealed record SetSuspension(EnvironmentKey Key, Suspension? Suspension) : Change;

    /// <summary>Conflict unless the environment's gate version is this one (0 where it has no row).</summary>
    public sealed record ExpectGateVersion(EnvironmentKey Key, long Version) : Change;

    /// <summary>Conflict unless nothing is active in the environment and the deployment that ended last there is this one (null: none did).</summary>
    public sealed record ExpectIdle(EnvironmentKey Key, DeploymentId? Last) : Change;

    /// <summary>Board: this deployment was requested last. Conflict unless the one before it is <paramref name="Before"/> (null: none is known), so that of two who ask at once the second sees the first.</summary>
    public sealed record SetRequested(EnvironmentKey Key, DeploymentId Deployment, DeploymentId? Before) : Change;

    /// <summary>Conflict unless the current configuration is this one.</summary>
    public sealed record ExpectConfiguration(string Revision) : Change;

    /// <summary>Makes the given configuration the current one. Conflict unless the current one is <paramref name="ExpectedRevision"/>.</summary>
    public sealed record SaveConfiguration(StoredConfiguration Configuration, string ExpectedRevision) : Change;

    /// <summary>Board: this deployment is the active one now; conflict when another is.</summary>
    public sealed record SetActive(EnvironmentKey Key, DeploymentId Deployment, Phase Phase) : Change;

    /// <summary>Board: the active deployment ended so.</summary>
    public sealed record SetEnded(EnvironmentKey Key, DeploymentId Deployment, Phase Phase) : Change;

    /// <summary>Board: this version stands on the environment now, or one that nobody knows; with <paramref name="Succeeded"/> it is the known good one, too.</summary>
    public sealed record SetRunning(EnvironmentKey Key, RunningVersion? Running, bool Succeeded) : Change;

    /// <summary>Adds a row at the end of its queue.</summary>
    public sealed record EnqueueWork(WorkItem Item) : Change;

    /// <summary>As <see cref="EnqueueWork"/>, unless the queue has a row that nobody works on: then that one comes due at the earlier of both instants. Recurring work finishes its row and enqueues the next one so, in one commit: then a wish to have it done earlier is never lost.</summary>
    /// <param name="Item">What there is to do.</param>
    /// <param name="Quietly">Nobody is told: the next look at the table finds it, at the latest that of the poll.</param>
    public sealed record EnqueueOnce(WorkItem Item, bool Quietly = false) : Change
    {
        /// <summary>No row where neither a deployment of this application waits outside the line nor any workflow run for an answer. Whoever begins to wait holds the queue's lock, or enqueues so itself.</summary>
        public string? IfAnyWaits { get; init; }
    }

    /// <summary>
    /// Takes the first row of this subject out of its queue, by whomever it is claimed; the next row becomes the head. A second row of the
    /// same subject, enqueued while the first was worked on, stays. Nothing happens when there is none.
    /// </summary>
    public sealed record FinishWork(string Queue, string Subject) : Change;

    /// <summary>Gives the row back, due after the delay; <see cref="TimeSpan.MaxValue"/> means not before it is woken.</summary>
    public sealed record RescheduleWork(string Queue, string Subject, TimeSpan Delay) : Change;

    /// <summary>Makes the row of this subject due now, unless somebody works on it at this moment; in any case a notice <c>wake</c> goes to whoever does.</summary>
    public sealed record WakeWork(string Queue, string Subject) : Change;

    /// <summary>The row failed with an exception: try again after the delay, or set it aside where people see it.</summary>
    public sealed record FailWork(string WorkId, string Message, TimeSpan Delay, bool SetAside) : Change;

    public sealed record SaveToken(AccessToken Token) : Change;

    public sealed record RevokeToken(string Id, DateTimeOffset At) : Change;

    public sealed record SaveSession(Session Session) : Change;

    public sealed record EndSession(string Hash) : Change;

    /// <summary>What a token from outside was used for. Conflict when it was used for that application already.</summary>
    public sealed record RememberUse(TokenUse Use) : Change;

    /// <summary>Saves a small named value. With <paramref name="OnlyIfAbsent"/>, conflict when it exists.</summary>
    public sealed record SaveSetting(string Name, string Value, bool OnlyIfAbsent = false) : Change;

    /// <summary>Removes a named value; conflict when it does not exist, so that a one-time thing is used once.</summary>
    public sealed record TakeSetting(string Name) : Change;

    /// <summary>Chains audit rows. Conflict unless the head is <paramref name="Expected"/>.</summary>
    public sealed record SealAudit(ChainHead Expected, ChainHead Head, IReadOnlyList<AuditSeal> Seals) : Change;

    /// <summary>Keeps deliveries that came together, to be handled in this lane. One whose GUID is here already changes nothing.</summary>
    public sealed record RecordDeliveries(IReadOnlyList<ReceivedDelivery> Deliveries, int Lane) : Change;

    /// <summary>What became of a pending delivery; one that is no longer pending stays as it is.</summary>
    public sealed record SettleDelivery(DeliveryOutcome Outcome) : Change;

    /// <summary>Makes a delivery pending again. Conflict when it is not there, or is pending.</summary>
    public sealed record ReplayDelivery(Guid Guid, int Lane) : Change;

    public sealed record RemoveDeliveries(IReadOnlyList<Guid> Guids) : Change;

    /// <summary>Kept where it is the newest by <see cref="CommitFact.Order"/>.</summary>
    public sealed record SaveCommitFact(CommitFact Fact) : Change;

    /// <summary>Kept where it is the newest, see <see cref="RefFact.Newest"/>.</summary>
    public sealed record SaveRefFact(RefFact Fact) : Change;

    /// <summary>Kept where it is the newest; of two within one second, the one whose document is the greater, disputed.</summary>
    public sealed record SavePullFact(PullFact Fact) : Change;

    /// <summary>A comment with a command. One that is here already stays as it is.</summary>
    public sealed record AddPullCommand(PullCommand Command) : Change;

    /// <summary>What became of a command.</summary>
    public sealed record SavePullCommand(PullCommand Command) : Change;

    /// <summary>Nothing came of a command, and nothing is to be told of it.</summary>
    public sealed record ForgetPullCommand(long RepositoryId, long CommentId) : Change;

    /// <summary>A ref, or a commit, is to be looked at again in this lane.</summary>
    public sealed record LookAt(long RepositoryId, string Subject, int Lane) : Change;

    /// <summary>It was looked at as it was told of in this version; what was told later stays.</summary>
    public sealed record DoneLooking(long RepositoryId, string Subject, long Version) : Change;

    /// <summary>It could not be looked at: again after the delay.</summary>
    public sealed record LookLater(long RepositoryId, string Subject, TimeSpan Delay) : Change;

    /// <summary>Takes the place of the environment's watch.</summary>
    public sealed record SaveWatch(StoredWatch Watch) : Change;

    /// <summary>The environment's watch goes, if it is still for this commit.</summary>
    public sealed record DropWatch(EnvironmentKey Key, string Sha) : Change;

    /// <summary>A deployment started this workflow run.</summary>
    public sealed record SaveDeployingRun(long RepositoryId, string Sha, long RunId) : Change;

    public sealed record SaveMirror(DeploymentMirror Mirror) : Change;

    /// <summary>A workflow run asks whether it may deploy. One that asked before stays as it is.</summary>
    public sealed record AddProtectionRequest(ProtectionRequest Request) : Change;

    /// <summary>What it was told.</summary>
    public sealed record SaveProtectionRequest(ProtectionRequest Request) : Change;

    /// <summary>Kept where it is the newest, see <see cref="RepositoryName.Newest"/>.</summary>
    public sealed record SaveRepositoryName(RepositoryName Name) : Change;
}
