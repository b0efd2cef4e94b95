using Towpath.Core.Deployments;
using Towpath.Core.Previews;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>Looks at all previews again, whatever deliveries were lost: those that there are, since they expire and pull requests close, and those that a label asks for.</summary>
public sealed partial class SweepPreviews(
    IStore store, Configurations configurations, RepositoryApplications applications, GitHubRepositories repositories, PullsApi pulls, PreviewRecords records, ILogger<SweepPreviews> logger) : IRecurringWork
{
    public string Name => "sweep-previews";

    public TimeSpan Interval => TimeSpan.FromMinutes(10);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        var looks = (await records.AllAsync(cancellationToken)).Where(known => known.Value.State is not PreviewState.Ended).Select(known => known.Key.Pull).ToHashSet();
        var configuration = await configurations.CurrentAsync(cancellationToken);
        foreach (var name in RepositoryApplications.Names(configuration))
        {
            PreviewSpec[] specs = [.. applications.Of(configuration, name).Select(a => a.Previews).OfType<PreviewSpec>()];
            if (specs.Length > 0) looks.UnionWith(await AskedAsync(name, specs, cancellationToken));
        }

        foreach (var some in looks.Chunk(100)) await store.CommitAsync(new Commit { Fence = fence, Changes = [.. some.Select(PreviewWork.Of)] }, cancellationToken);
    }

    /// <summary>One repository that cannot be asked keeps the others from nothing.</summary>
    private async Task<IReadOnlyList<PullReference>> AskedAsync(string name, PreviewSpec[] specs, CancellationToken cancellationToken)
    {
        try
        {
            if (await repositories.FindAsync(name, cancellationToken) is not { } repository) return [];
            var asked = new List<PullReference>();
            await foreach (var pull in pulls.ListAsync(repository.At, "open", cancellationToken))
                if (specs.Any(spec => IsAsked(spec, pull))) asked.Add(new PullReference(repository.Id, pull.Number));
            return asked;
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException or GitHubConfigurationException)
        {
            Log.NotAsked(logger, exception, name);
            return [];
        }
    }

    private static bool IsAsked(PreviewSpec spec, PullRequest pull) =>
        (pull.Labels ?? []).Any(label => spec.AskedBy(label.Name) is not null) || (!pull.IsFork && spec.Targets.Any(target => target.IsAutomatic));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Repository}: GitHub could not be asked which pull requests have previews; again later")]
        public static partial void NotAsked(ILogger logger, Exception exception, string repository);
    }
}
