using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Previews;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Features.GitHub.Previews;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Status;

/// <summary>Brings the comment of one pull request up to date. It says how things stand when it is written, whatever it was enqueued for.</summary>
public sealed class ShowStatus(IStore store, EngineServices services, GitHubRepositories repositories, PreviewRecords previews, StatusReports reports, OwnComment comment) : IGitHubWorkHandler
{
    private const int MostCommands = 50;
    private const int MostNotes = 5;

    public string Kind => StatusWork.Kind;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(store, services, work, async () =>
    {
        var (repository, number) = Numbers.Pair(work.Subject);
        if (await repositories.FindAsync(repository, signals.Stop) is { } known)
        {
            var accepted = await store.Facts.CommandsAsync(repository, number, PullCommandState.Accepted, MostCommands, signals.Stop);
            var refused = await store.Facts.CommandsAsync(repository, number, PullCommandState.Refused, MostNotes, signals.Stop);
            var answered = accepted.Concat(refused).OrderByDescending(c => c.CommentId).ToList();
            var slots = await previews.OfAsync(new PullReference(repository, number), signals.Stop);
            var ids = slots.Values.Where(p => p.IsThere).Select(p => p.Deployment).Concat(answered.Select(c => c.Deployment)).OfType<string>();
            var deployments = await reports.OfAsync(ids.Select(id => new DeploymentId(id)), signals.Stop);
            if (answered.Count > 0 || slots.Count > 0)
                await comment.SayAsync(known.At, number, StatusComment.Marker, Render(deployments, answered, Notes(slots)), signals.Stop);
        }

        await services.FinishAsync(work, [], signals.Stop);
    });

    private static IEnumerable<string> Notes(IReadOnlyDictionary<PreviewName, PreviewRecord> slots) =>
        slots.OrderBy(slot => slot.Key.Key.ToString(), StringComparer.Ordinal).Select(slot => $"Preview {slot.Key.Key}: {slot.Value.Note}.");

    private static string Render(IReadOnlyList<StatusReport> deployments, List<PullCommand> answered, IEnumerable<string> previews) => StatusComment.Render(
        deployments, [.. previews, .. answered.Select(c => c.Note).OfType<string>().Take(MostNotes)], help: answered is [{ ShowsHelp: true }, ..]);
}
