using Towpath.Core.Applications;
using Towpath.Core.Deliverybot;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.Server.Features.GitHub.Configuration;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Deliverybot;

/// <summary>
/// Takes up the <c>.github/deploy.yml</c> that stands at the head of a repository's protected branch, whatever the push was that had it looked at (row D2). While it is
/// wrong, or nobody can look, the one that was read before stays in force, and what is wrong is shown. One that was deleted there takes its application away, as deleting an
/// app spec does.
/// </summary>
public sealed partial class ReadDeliverybotFile(
    ServerOptions options, ConfigurationBranch branch, DeliverybotBlobs blobs, DeliverybotRecords records, Configurations configurations, DeliverybotServices services) : IGitHubWorkHandler
{
    private const string Actor = "towpath";

    public string Kind => DeliverybotWork.Kind;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(services.Store, services.Engine, work, async () =>
    {
        var listed = options.Deliverybot.FirstOrDefault(one => string.Equals(one.At.Repository, work.Subject, StringComparison.OrdinalIgnoreCase));
        await services.Engine.FinishAsync(work, listed is null ? [] : await LookAsync(listed, work, signals.Stop), signals.Stop);
    });

    private async Task<IReadOnlyList<Change>> LookAsync(DeliverybotRepository listed, ClaimedWork work, CancellationToken cancellationToken)
    {
        var known = await records.FindAsync(listed, cancellationToken);
        try
        {
            var look = await branch.FindAsync(listed.At, cancellationToken);
            if (look.Branch is { } standing) return await LookAsync(listed, standing, known, work.Fence, cancellationToken);
            return Save(listed, known, (known ?? DeliverybotRecord.None) with { Commit = null, Problems = [look.Problem! with { File = FileOf(listed) }] });
        }
        catch (Exception exception) when (exception is GitHubException or GitHubConfigurationException)
        {
            Log.NotReached(services.Logger, listed.At.Repository, Web.PlainLines.Of(exception.Message));
            var problem = new SpecError(FileOf(listed), 1, 1, "github-unavailable", $"It cannot be read now, and what was read before stays in force: {Web.PlainLines.Of(exception.Message)}");
            var changes = Save(listed, known, (known ?? DeliverybotRecord.None) with { Commit = null, Problems = [problem] });
            if (exception is not GitHubException { IsTransient: true }) return changes;
            if (await services.Store.CommitAsync(new Commit { Fence = work.Fence, Changes = changes }, cancellationToken) is CommitOutcome.Fenced) throw new Core.Deployments.OwnershipLostException();
            throw;
        }
    }

    private async Task<IReadOnlyList<Change>> LookAsync(DeliverybotRepository listed, StandingBranch standing, DeliverybotRecord? known, Fence fence, CancellationToken cancellationToken)
    {
        if (known is { Problems.Count: 0 } && string.Equals(known.Commit, standing.Commit, StringComparison.Ordinal) && await IsInForceAsync(listed, known, cancellationToken)) return [];
        var blob = await blobs.ReadAsync(standing.At, standing.Commit, cancellationToken);
        if (blob.Unreadable is { } why) return Save(listed, known, (known ?? DeliverybotRecord.None) with { Commit = standing.Commit, Problems = [new SpecError(FileOf(listed), 1, 1, "unreadable", why)] });
        var errors = await configurations.TakeUpAsync(listed.Place, blob.Text, standing.Commit, Actor, fence, cancellationToken);
        if (errors.Count > 0)
        {
            foreach (var error in errors) Log.Problem(services.Logger, listed.At.Repository, standing.Commit, Web.PlainLines.Of(error.ToString()));
            return Save(listed, known, (known ?? DeliverybotRecord.None) with { Commit = standing.Commit, Problems = [.. errors.Select(error => error with { File = FileOf(listed) })] });
        }

        if (blob.Text is not { } text) return Save(listed, known, new DeliverybotRecord { Commit = standing.Commit, Problems = [Missing(listed, standing)] });
        Log.TakenUp(services.Logger, listed.At.Repository, standing.Commit);
        var notes = DeliverybotRemarks.Of(listed, text, await services.Store.Configuration.CurrentAsync(cancellationToken));
        // The push that brought the file may be what it deploys. What stood there before anybody looked is deployed by the next push.
        IReadOnlyList<Change> again = known is null or { Commit: null, Blob: null } || string.Equals(known.Blob, blob.Blob, StringComparison.Ordinal) ? [] : Looks.Again(standing.RepositoryId, $"refs/heads/{standing.Branch}");
        return [.. Save(listed, known, new DeliverybotRecord { Commit = standing.Commit, InForce = standing.Commit, Blob = blob.Blob, Notes = notes }), .. again];
    }

    /// <summary>The file of the record, or none where it says that there is none.</summary>
    private async Task<bool> IsInForceAsync(DeliverybotRepository listed, DeliverybotRecord known, CancellationToken cancellationToken) =>
        (known.InForce is not null) == ((await services.Store.Configuration.CurrentAsync(cancellationToken))?.Files.ContainsKey(listed.Place.Path) is true);

    private static IReadOnlyList<Change> Save(DeliverybotRepository listed, DeliverybotRecord? known, DeliverybotRecord found) =>
        known is not null && known with { Problems = [], Notes = [] } == found with { Problems = [], Notes = [] } && known.Problems.SequenceEqual(found.Problems) && known.Notes.SequenceEqual(found.Notes)
            ? []
            : [DeliverybotRecords.Save(listed, found)];

    private static SpecError Missing(DeliverybotRepository listed, StandingBranch standing) => new(
        FileOf(listed), 1, 1, "no-file", $"There is no {DeliverybotReader.FileName} on the branch '{standing.Branch}' of {listed.At.Repository}, and so no application '{listed.Application}' by it. Put one there, or take the repository out of `config.deliverybot` of towpath.yaml.");

    /// <summary>Where its authors look for it.</summary>
    private static string FileOf(DeliverybotRepository listed) => $"{listed.At.Repository}/{DeliverybotReader.FileName}";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The Deliverybot file of {Repository} is in force ({Commit})")]
        public static partial void TakenUp(ILogger logger, string repository, string commit);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The Deliverybot file of {Repository} at {Commit} is not taken up, the old one stays in force: {Problem}")]
        public static partial void Problem(ILogger logger, string repository, string commit, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The Deliverybot file of {Repository} cannot be read; it is tried again: {Why}")]
        public static partial void NotReached(ILogger logger, string repository, string why);
    }
}

/// <summary>What the reading of a file needs besides.</summary>
public sealed record DeliverybotServices(IStore Store, EngineServices Engine, ILogger<ReadDeliverybotFile> Logger);
