using System.Globalization;
using Towpath.Engine.Storage;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Webhooks;

namespace Towpath.Server.Features.GitHub.Reconcile;

/// <summary>Releases that were published since the last comparison. What was heard of is told once more, which changes nothing.</summary>
internal sealed class ReleaseDifferences(IStore store, ReleasesApi releases) : IDifferences
{
    /// <summary>Of the newest releases; nobody publishes more between two comparisons.</summary>
    private const int Most = 200;

    internal static string Setting(long repository) => string.Create(CultureInfo.InvariantCulture, $"github.releases.{repository}");

    public async Task<Differences> FindAsync(ComparedRepository repository, CancellationToken cancellationToken)
    {
        var setting = await store.Configuration.SettingAsync(Setting(repository.Known.Id), cancellationToken);
        DateTimeOffset? seen = DateTimeOffset.TryParse(setting, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : null;
        var published = new List<GitHubRelease>();
        var read = 0;
        await foreach (var release in releases.ListAsync(repository.Known.At, cancellationToken))
        {
            if (release is { Draft: false, PublishedAt: { } when } && !(when <= seen)) published.Add(release);
            if (++read == Most) break;
        }

        if (published.Count == 0) return seen is null ? new Differences([], [Seen(repository, DateTimeOffset.UnixEpoch)]) : Differences.None;
        Change[] last = [Seen(repository, published.Max(release => release.PublishedAt!.Value))];
        return new Differences(seen is null ? [] : [.. published.OrderBy(release => release.PublishedAt).Select(release => Event(repository, release))], last);
    }

    private static Change.SaveSetting Seen(ComparedRepository repository, DateTimeOffset at) => new(Setting(repository.Known.Id), at.ToString("O", CultureInfo.InvariantCulture));

    private static WebhookEvent.Release Event(ComparedRepository repository, GitHubRelease release) => new(new ReleaseFacts
    {
        Id = release.Id, Tag = release.TagName, Target = release.TargetCommitish, Name = release.Name ?? "", IsDraft = release.Draft, IsPrerelease = release.Prerelease,
        PublishedAt = release.PublishedAt, Url = release.HtmlUrl,
    })
    {
        Repository = repository.Name, Action = "published",
    };
}
