using Towpath.Core.Facts;
using Towpath.Engine.Storage;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Reconcile;

/// <summary>Pull requests that were opened, changed or closed without anybody telling.</summary>
internal sealed class PullDifferences(IStore store, PullsApi pulls, TimeProvider time) : IDifferences
{
    public async Task<Differences> FindAsync(ComparedRepository repository, CancellationToken cancellationToken)
    {
        var known = (await store.Facts.OpenPullsAsync(repository.Known.Id, cancellationToken)).ToDictionary(fact => fact.Number);
        List<WebhookEvent> events = [];
        var open = new HashSet<long>();
        await foreach (var pull in pulls.ListAsync(repository.Known.At, "open", cancellationToken))
        {
            open.Add(pull.Number);
            Add(events, repository, known.GetValueOrDefault(pull.Number) ?? await store.Facts.PullAsync(repository.Known.Id, pull.Number, cancellationToken), pull);
        }

        foreach (var fact in known.Values.Where(fact => !open.Contains(fact.Number)))
            if (await pulls.FindAsync(repository.Known.At, fact.Number, cancellationToken) is { } closed) Add(events, repository, fact, closed);
        return new Differences(events, []);
    }

    private void Add(List<WebhookEvent> events, ComparedRepository repository, PullFact? known, PullRequest pull)
    {
        var found = Fact(repository.Known.Id, pull);
        if (known is not null)
        {
            if (known.UpdatedAt > found.UpdatedAt || (!known.IsDisputed && IsSame(known, found))) return;
            // What was asked for decides between what was told of one second, once that second is over.
            if (known.UpdatedAt == found.UpdatedAt && time.GetUtcNow() - found.UpdatedAt < RefStands.Rest) return;
            if (known.UpdatedAt == found.UpdatedAt) found = found with { UpdatedAt = found.UpdatedAt + TimeSpan.FromMicroseconds(1) };
        }

        events.Add(new WebhookEvent.PullRequest(found, null) { Repository = repository.Name, Action = "reconciled" });
    }

    private static bool IsSame(PullFact known, PullFact found) =>
        known with { Labels = [], UpdatedAt = default } == found with { Labels = [], UpdatedAt = default } && known.Labels.SequenceEqual(found.Labels, StringComparer.Ordinal)
        && known.UpdatedAt >= found.UpdatedAt;

    private static PullFact Fact(long repository, PullRequest pull) => new()
    {
        RepositoryId = repository,
        Number = pull.Number,
        HeadSha = pull.Head.Sha,
        HeadRef = pull.Head.Ref,
        HeadRepositoryId = pull.Head.Repo?.Id,
        BaseRef = pull.Base.Ref,
        BaseSha = pull.Base.Sha,
        IsOpen = string.Equals(pull.State, "open", StringComparison.Ordinal),
        IsMerged = pull.MergedAt is not null,
        IsDraft = pull.Draft is true,
        MergeCommitSha = pull.MergedAt is null ? null : pull.MergeCommitSha,
        Labels = [.. (pull.Labels ?? []).Select(label => label.Name).OfType<string>().Order(StringComparer.Ordinal)],
        Title = pull.Title is { Length: > 1000 } title ? title[..1000] : pull.Title ?? "",
        Author = pull.User?.Login ?? "ghost",
        UpdatedAt = pull.UpdatedAt ?? DateTimeOffset.UnixEpoch,
    };
}
