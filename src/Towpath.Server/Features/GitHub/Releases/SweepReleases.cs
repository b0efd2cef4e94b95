using System.Globalization;
using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Releases;

/// <summary>Looks at drafts and at what was published lately, whatever deliveries were lost, and again at releases whose build was missing.</summary>
public sealed class SweepReleases(IStore store, Configurations configurations, RepositoryRounds rounds, ReleasesApi releases, TimeProvider time) : IRecurringWork
{
    /// <summary>What was published before is history: nobody expects it to be deployed now.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromDays(3);

    public string Name => "sweep-releases";

    public TimeSpan Interval => TimeSpan.FromMinutes(10);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        var looks = (await configurations.CurrentAsync(cancellationToken)).Applications.Values.Where(IsDrafting).Select(application => DraftWork.Of(application.Name)).ToList();
        await rounds.GoAsync("what was released", IsDrafting, async (repository, applications) =>
        {
            string[] drafting = [.. applications.Select(application => application.Name)];
            await foreach (var release in releases.ListAsync(repository.At, cancellationToken))
                if (release is { Draft: false, PublishedAt: { } at } && time.GetUtcNow() - at < Lately && await IsOpenAsync(repository.Id, release.Id, drafting, cancellationToken))
                    looks.Add(PublishedWork.Of(repository.Id, release.Id));
        }, cancellationToken);
        foreach (var some in looks.Chunk(100)) await store.CommitAsync(new Commit { Fence = fence, Changes = some }, cancellationToken);
    }

    private static bool IsDrafting(ApplicationSpec application) => application is { Releases: not null, Repository: not null };

    private async Task<bool> IsOpenAsync(long repository, long release, string[] drafting, CancellationToken cancellationToken)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"{repository}/{release}");
        foreach (var application in drafting)
            if (await store.Configuration.SettingAsync(PublishedWork.Setting(subject, application), cancellationToken) is not { } text
                || JsonSerializer.Deserialize(text, CoreJson.Default.ReleaseRecord) is not { IsDone: true }) return true;
        return false;
    }
}
