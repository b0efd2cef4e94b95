using System.Globalization;
using System.Text.Json;
using Towpath.Core;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Releases;

/// <summary>Looks at drafts and at what was published lately, whatever deliveries were lost, and again at releases whose build was missing.</summary>
public sealed partial class SweepReleases(
    IStore store, Configurations configurations, RepositoryApplications applications, GitHubRepositories repositories, ReleasesApi releases, TimeProvider time,
    ILogger<SweepReleases> logger) : IRecurringWork
{
    /// <summary>What was published before is history: nobody expects it to be deployed now.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromDays(3);

    public string Name => "sweep-releases";

    public TimeSpan Interval => TimeSpan.FromMinutes(10);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        var configuration = await configurations.CurrentAsync(cancellationToken);
        foreach (var name in RepositoryApplications.Names(configuration))
        {
            string[] drafting = [.. applications.Of(configuration, name).Where(a => a.Releases is not null).Select(a => a.Name)];
            if (drafting.Length == 0) continue;
            Change[] looks = [.. drafting.Select(DraftWork.Of), .. await PublishedAsync(name, drafting, cancellationToken)];
            await store.CommitAsync(new Commit { Fence = fence, Changes = looks }, cancellationToken);
        }
    }

    /// <summary>One repository that cannot be asked keeps the others from nothing.</summary>
    private async Task<IReadOnlyList<Change>> PublishedAsync(string name, string[] drafting, CancellationToken cancellationToken)
    {
        try
        {
            if (await repositories.FindAsync(name, cancellationToken) is not { } repository) return [];
            var found = new List<Change>();
            await foreach (var release in releases.ListAsync(repository.At, cancellationToken))
                if (release is { Draft: false, PublishedAt: { } at } && time.GetUtcNow() - at < Lately && await IsOpenAsync(repository.Id, release.Id, drafting, cancellationToken))
                    found.Add(PublishedWork.Of(repository.Id, release.Id));
            return found;
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException or GitHubConfigurationException)
        {
            Log.NotAsked(logger, exception, name);
            return [];
        }
    }

    private async Task<bool> IsOpenAsync(long repository, long release, string[] drafting, CancellationToken cancellationToken)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"{repository}/{release}");
        foreach (var application in drafting)
            if (await store.Configuration.SettingAsync(PublishedWork.Setting(subject, application), cancellationToken) is not { } text
                || JsonSerializer.Deserialize(text, CoreJson.Default.ReleaseRecord) is not { IsDone: true }) return true;
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Repository}: GitHub could not be asked what was released; again later")]
        public static partial void NotAsked(ILogger logger, Exception exception, string repository);
    }
}
