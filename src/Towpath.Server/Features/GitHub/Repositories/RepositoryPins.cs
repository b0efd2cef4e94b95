using System.Collections.Concurrent;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Engine.Storage;
using Towpath.GitHub.Target;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>
/// Which repository a name means, by GitHub's ids. The first one that is seen under a name that an application has in its spec is the one from then on, so that nobody
/// who takes the name over later speaks for the application, nor is deployed through. Whoever edits the spec may say otherwise by <c>ids</c>.
/// </summary>
public sealed class RepositoryPins(IStore store, RepositoryApplications applications)
{
    private const string Settings = "github.repository/";

    /// <summary>What was kept once never changes, so that nobody asks for it twice.</summary>
    private readonly ConcurrentDictionary<string, RepositoryIds> _kept = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="configuration">In force.</param>
    /// <param name="name">How the repository is called.</param>
    /// <param name="ids">Which one it is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The applications that belong to this very repository, and those that only name one that is called so.</returns>
    public async ValueTask<RepositoryBelongings> OfAsync(Core.Applications.Configuration configuration, string name, RepositoryIds ids, CancellationToken cancellationToken)
    {
        var named = applications.Of(configuration, name);
        if (named.Count == 0) return RepositoryBelongings.None;
        var kept = named.All(application => application.Builds.Ids is not null) ? null : await KeepAsync(name, ids, cancellationToken);
        if (named.All(application => (application.Builds.Ids ?? kept) == ids)) return new RepositoryBelongings(named, [], null);
        ApplicationSpec[] others = [.. named.Where(application => (application.Builds.Ids ?? kept) != ids)];
        return new RepositoryBelongings([.. named.Except(others)], others, WantedRepository.OwnOf(others[0])!.Another(ids, others[0].Builds.Ids ?? kept));
    }

    /// <param name="wanted">Which one is meant.</param>
    /// <param name="name">How the one that was found is called: an old name may lead on to it.</param>
    /// <param name="ids">Which one was found.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Why it is not the one that is meant; null where it is.</returns>
    public async ValueTask<string?> WhyNotAsync(WantedRepository wanted, string name, RepositoryIds ids, CancellationToken cancellationToken)
    {
        // An old name that leads on to a new one is kept for nobody: it is free for others to take.
        var isItsName = string.Equals(wanted.Name, name, StringComparison.OrdinalIgnoreCase);
        var meant = wanted.Ids ?? (isItsName ? await KeepAsync(wanted.Name, ids, cancellationToken) : await FindAsync(wanted.Name, cancellationToken) ?? ids);
        return meant == ids ? null : wanted.Another(ids, meant);
    }

    /// <summary>Null where none was seen under that name yet.</summary>
    public async ValueTask<RepositoryIds?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(name, out var known)) return known;
        if (await store.Configuration.SettingAsync(KeyOf(name), cancellationToken) is not { } text) return null;
        return _kept[name] = Read(text);
    }

    /// <returns>What the name means: these, unless others were seen before; null where the owner of these is not known.</returns>
    public async ValueTask<RepositoryIds?> KeepAsync(string name, RepositoryIds ids, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindAsync(name, cancellationToken) is { } kept) return kept;
            if (ids.Owner <= 0) return null;
            var keep = new Change.SaveSetting(KeyOf(name), string.Create(CultureInfo.InvariantCulture, $"{ids.Repository} {ids.Owner}"), OnlyIfAbsent: true);
            if (await store.CommitAsync(new Commit { Changes = [keep] }, cancellationToken) is CommitOutcome.Committed) return _kept[name] = ids;
        }
    }

    private static string KeyOf(string name) => Settings + name.ToLowerInvariant();

    private static RepositoryIds Read(string kept)
    {
        var parts = kept.Split(' ');
        return new RepositoryIds(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}

/// <param name="Own">The applications of this very repository.</param>
/// <param name="Others">Those that mean another one, which had the name before.</param>
/// <param name="Why">What to tell of them; null where there are none.</param>
public sealed record RepositoryBelongings(IReadOnlyList<ApplicationSpec> Own, IReadOnlyList<ApplicationSpec> Others, string? Why)
{
    public static RepositoryBelongings None { get; } = new([], [], null);
}
