using System.Collections.Frozen;
using Towpath.Engine.Storage.Access;
using Towpath.Engine.Storage.Audit;
using Towpath.Engine.Storage.Builds;
using Towpath.Engine.Storage.Configuration;
using Towpath.Engine.Storage.Deliveries;
using Towpath.Engine.Storage.Deployments;
using Towpath.Engine.Storage.Environments;
using Towpath.Engine.Storage.Facts;
using Towpath.Engine.Storage.Mirrors;
using Towpath.Engine.Storage.Watches;
using Towpath.Engine.Storage.Work;

namespace Towpath.Engine.Storage.Changes;

/// <summary>Who writes which kind of change.</summary>
internal static class ChangeWriters
{
    private static readonly FrozenDictionary<Type, ChangeWriter> ByType = new ChangeWriter[]
    {
        new InsertDeploymentWriter(), new UpdateDeploymentWriter(), new AppendJournalWriter(), new AppendLogWriter(), new RecordApprovalWriter(),
        new RecordBuildWriter(),
        new SetLockWriter(), new SetPinWriter(), new SetSuspensionWriter(), new SetRequestedWriter(), new ExpectGateVersionWriter(),
        new ExpectIdleWriter(), new SetActiveWriter(), new SetEndedWriter(), new SetRunningWriter(),
        new AppendAuditWriter(), new SealAuditWriter(),
        new ExpectConfigurationWriter(), new SaveConfigurationWriter(), new SaveSettingWriter(), new TakeSettingWriter(),
        new EnqueueWorkWriter(), new EnqueueOnceWriter(), new FinishWorkWriter(),
        new RescheduleWorkWriter(), new WakeWorkWriter(), new FailWorkWriter(),
        new SaveTokenWriter(), new RevokeTokenWriter(), new SaveSessionWriter(), new EndSessionWriter(), new RememberUseWriter(),
        new RecordDeliveriesWriter(), new SettleDeliveryWriter(), new ReplayDeliveryWriter(), new RemoveDeliveriesWriter(),
        new SaveCommitFactWriter(), new SaveRefFactWriter(), new SavePullFactWriter(), new SaveRepositoryNameWriter(),
        new AddPullCommandWriter(), new SavePullCommandWriter(), new ForgetPullCommandWriter(),
        new LookAtWriter(), new DoneLookingWriter(), new LookLaterWriter(), new SaveWatchWriter(), new DropWatchWriter(), new SaveDeployingRunWriter(),
        new SaveMirrorWriter(), new AddProtectionRequestWriter(), new SaveProtectionRequestWriter(),
    }.ToFrozenDictionary(writer => writer.Handles);

    public static bool Handles(Type change) => ByType.ContainsKey(change);

    public static ChangeWriter For(Change change) => ByType.TryGetValue(change.GetType(), out var writer)
        ? writer
        : throw new NotSupportedException($"nobody writes the change {change.GetType().Name}");

    /// <summary>What to tell others once the commit stands; each thing once.</summary>
    public static IReadOnlyList<ChangeNotice> Notices(Commit commit)
    {
        List<ChangeNotice> notices = [];
        foreach (var change in commit.Changes)
            if (For(change).Notice(change) is { } notice && !notices.Contains(notice)) notices.Add(notice);
        return notices;
    }
}
