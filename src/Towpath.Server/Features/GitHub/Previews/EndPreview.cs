using System.Text.Json.Nodes;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Core.Previews;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Features.Audit;
using Towpath.Server.Features.GitHub.Mirror;
using Towpath.Server.Features.GitHub.Status;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>Takes one preview down: what is on its way is cancelled, what the target can take away goes, and what stays is said.</summary>
public sealed class EndPreview(
    IStore store, EngineServices services, Configurations configurations, PreviewRecords records, Decisions decisions, TargetQuestions targets, Audits audits) : IWorkHandler
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(10);

    public string Kind => PreviewEndWork.Kind;

    public async Task HandleAsync(ClaimedWork work, WorkSignals signals)
    {
        var name = PreviewName.Parse(work.Subject);
        if (await records.FindAsync(name, signals.Stop) is not { State: PreviewState.Ending } record)
        {
            await services.FinishAsync(work, [], signals.Stop);
            return;
        }

        if (await IsBusyAsync(name, record, signals.Stop))
        {
            var again = new Change.RescheduleWork(work.Queue, work.Subject, LookAgain);
            if (await store.CommitAsync(new Commit { Fence = work.Fence, Changes = [again] }, signals.Stop) is CommitOutcome.Fenced) throw new OwnershipLostException();
            return;
        }

        var rest = await RemoveAsync(name, signals.Stop);
        var note = record.Note.Replace("it ends:", "it has ended:", StringComparison.Ordinal) + (rest is null ? "" : $"; {rest}");
        IReadOnlyList<Change> changes =
        [
            new Change.SetRunning(name.Key, null, Succeeded: false), PreviewRecords.Save(name, new PreviewRecord(PreviewState.Ended, note)),
            audits.Of(AuditTrail.Towpath, "preview.ended", name.Key, new JsonObject { ["pull"] = name.Pull.Number, ["note"] = note }),
        ];
        // Somebody may have asked for it again meanwhile.
        await services.FinishAsync(work, changes, signals.Stop, StatusWork.Of(name.Pull, TimeSpan.Zero), MirrorWork.EndSlot(name.Key), PreviewWork.Of(name.Pull));
    }

    /// <summary>A target that cannot be reached now will be: what stands there is not forgotten.</summary>
    public Task<IReadOnlyList<Change>?> GivenUpAsync(ClaimedWork work, Exception exception, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Change>?>([new Change.FailWork(work.Id, exception.Message, Later, SetAside: false)]);

    private async Task<bool> IsBusyAsync(PreviewName name, PreviewRecord record, CancellationToken cancellationToken)
    {
        foreach (var open in (await store.Deployments.OpenAsync(name.Key.Application, cancellationToken)).Where(d => d.Key == name.Key && d.Cancel is null))
            await decisions.ApplyAsync(open.Id, (_, at) => new DeploymentEvent.CancelRequested(at, AuditTrail.Towpath, record.Note), null, cancellationToken);
        return (await store.Deployments.OpenAsync(name.Key.Application, cancellationToken)).Any(d => d.Key == name.Key);
    }

    private async Task<bool> WasEverThereAsync(PreviewName name, CancellationToken cancellationToken) =>
        (await store.Environments.GetAsync(name.Key, cancellationToken)).Running is not null
        || (await store.Deployments.ListAsync(new DeploymentFilter(name.Key.Application, name.Key.Environment, Limit: int.MaxValue), cancellationToken)).Any(d => d.Switched);

    /// <returns>What is gone, or what stays; null where nothing was ever put there.</returns>
    private async Task<string?> RemoveAsync(PreviewName name, CancellationToken cancellationToken)
    {
        if (!await WasEverThereAsync(name, cancellationToken)) return null;
        var configuration = await configurations.CurrentAsync(cancellationToken);
        if (configuration.FindApplication(name.Key.Application) is not { } application || application.FindEnvironment(name.Key.Environment) is not { } environment)
            return "the app's spec no longer says where it was, so that what was deployed stays there until somebody removes it";
        return await targets.RemoveAsync(application, environment, cancellationToken) switch
        {
            RemovalResult.Removed removed => $"gone: {removed.Summary}",
            RemovalResult.Refused { Kind: RefusalKind.Technical } refused => throw new IOException(refused.Reason),
            RemovalResult.Refused refused => refused.Reason,
            var other => throw new InvalidOperationException($"a removal answered {other.GetType().Name}"),
        };
    }
}
