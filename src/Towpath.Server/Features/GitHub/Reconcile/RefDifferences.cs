using Towpath.Core.Facts;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Reconcile;

/// <summary>Branches and tags that were made, moved or deleted without anybody telling. GitHub itself tells nothing of more than three tags that are pushed at once.</summary>
internal sealed class RefDifferences(IStore store, RepositoriesApi repositories, RefsApi refs, CommitsApi commits, RefStands stands, TimeProvider time) : IDifferences
{
    private static readonly string[] Beginnings = ["refs/heads/", "refs/tags/"];

    public async Task<Differences> FindAsync(ComparedRepository repository, CancellationToken cancellationToken)
    {
        // Read before the refs: what is pushed meanwhile has a later instant, and tells of itself.
        if (await repositories.FindAsync(repository.Known.At, cancellationToken) is not { PushedAt: { } pushed }) return Differences.None;
        var known = (await store.Facts.RefsAsync(repository.Known.Id, cancellationToken)).ToDictionary(fact => fact.Ref, StringComparer.Ordinal);
        var there = new HashSet<string>(StringComparer.Ordinal);
        List<WebhookEvent> events = [];
        List<Change> silent = [];
        foreach (var beginning in Beginnings)
            await foreach (var found in refs.ListAsync(repository.Known.At, beginning, cancellationToken))
            {
                there.Add(found.Ref);
                if (await CompareAsync(repository, found, known.GetValueOrDefault(found.Ref), pushed, cancellationToken) is not { } fact) continue;
                if (repository.IsFirst && !known.ContainsKey(found.Ref)) silent.Add(new Change.SaveRefFact(fact));
                else events.Add(new WebhookEvent.Push(fact, known.GetValueOrDefault(found.Ref)?.Sha) { Repository = repository.Name });
            }

        foreach (var fact in known.Values.Where(fact => fact.Sha is not null && !there.Contains(fact.Ref) && Beginnings.Any(b => fact.Ref.StartsWith(b, StringComparison.Ordinal))))
            if (InstantAfter(fact, pushed) is { } at) events.Add(new WebhookEvent.Deleted(new RefFact(fact.RepositoryId, fact.Ref, null, at)) { Repository = repository.Name });
        return new Differences(events, silent);
    }

    /// <returns>Where it stands; null where that is known, or nobody cares.</returns>
    private async Task<RefFact?> CompareAsync(ComparedRepository repository, GitRef found, RefFact? known, DateTimeOffset pushed, CancellationToken cancellationToken)
    {
        var isTagObject = found.Object.Type == "tag";
        if (known is { IsDisputed: false, Sha: not null } && (isTagObject || string.Equals(known.Sha, found.Object.Sha, StringComparison.Ordinal))) return null;
        if (known is null && WatchRules.Of(repository.Applications, repository.Name.Name, new RefFact(repository.Known.Id, found.Ref, found.Object.Sha, pushed)).Count == 0) return null;
        if ((known is null ? pushed : InstantAfter(known, pushed)) is not { } at || await stands.CommitAsync(repository.Known.At, found.Object, cancellationToken) is not { } sha) return null;
        var author = repository.IsFirst ? null : (await commits.FindAsync(repository.Known.At, sha, cancellationToken))?.Author?.Login;
        return new RefFact(repository.Known.Id, found.Ref, sha, at) { Author = author }.ByThoseOf(known);
    }

    /// <summary>An instant that is after what is known and not after anything that is pushed later; null where what is known is newer than what was read.</summary>
    private DateTimeOffset? InstantAfter(RefFact known, DateTimeOffset pushed)
    {
        if (known.At < pushed) return pushed;
        var isOfThatSecond = known.At - pushed < TimeSpan.FromSeconds(1);
        return isOfThatSecond && time.GetUtcNow() - pushed >= RefStands.Rest ? known.At + TimeSpan.FromMicroseconds(1) : null;
    }
}
