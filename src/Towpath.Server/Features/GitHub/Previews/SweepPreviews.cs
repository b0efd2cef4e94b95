using Towpath.Core.Deployments;
using Towpath.Core.Previews;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>Looks at all previews again, whatever deliveries were lost: those that there are, since they expire and pull requests close, and those that a label asks for.</summary>
public sealed class SweepPreviews(
    IStore store, RepositoryRounds rounds, PullsApi pulls, PreviewRecords records) : IRecurringWork
{
    public string Name => "sweep-previews";

    public TimeSpan Interval => TimeSpan.FromMinutes(10);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        var looks = (await records.AllAsync(cancellationToken)).Where(known => known.Value.State is not PreviewState.Ended).Select(known => known.Key.Pull).ToHashSet();
        await rounds.GoAsync("which pull requests have previews", application => application.Previews is not null, async (repository, applications) =>
        {
            await foreach (var pull in pulls.ListAsync(repository.At, "open", cancellationToken))
                if (applications.Any(application => IsAsked(application.Previews!, pull))) looks.Add(new PullReference(repository.Id, pull.Number));
        }, cancellationToken);
        foreach (var some in looks.Chunk(100)) await store.CommitAsync(new Commit { Fence = fence, Changes = [.. some.Select(PreviewWork.Of)] }, cancellationToken);
    }

    private static bool IsAsked(PreviewSpec spec, PullRequest pull) =>
        (pull.Labels ?? []).Any(label => spec.AskedBy(label.Name) is not null) || (!pull.IsFork && spec.Targets.Any(target => target.IsAutomatic));
}
