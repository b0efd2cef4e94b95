using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>
/// Which repository a name of the configuration means, by GitHub's ids. GitHub is asked once; from then on the name means that very repository, so that nobody who takes
/// the name over later can report builds. Whoever writes the configuration may say otherwise by <c>ids</c>.
/// </summary>
public sealed class RepositoryIdentities(IStore store, GitHubRepositories repositories)
{
    private const string Settings = "github.repository/";

    /// <summary>Null where the application has no repository, or the App does not reach one of that name.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    public async Task<RepositoryIds?> FindAsync(ApplicationSpec application, CancellationToken cancellationToken) =>
        application.Builds.Ids ?? (application.Repository is { } name ? await FindAsync(name, cancellationToken) : null);

    /// <summary>Null where the App does not reach a repository of that name.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    public async Task<RepositoryIds?> FindAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.Configuration.SettingAsync(KeyOf(name), cancellationToken) is { } kept) return Read(kept);
            if (await AskAsync(name, cancellationToken) is not { } found) return null;
            // An old name that leads on to a new one is kept for nobody: it is free for others to take.
            if (!string.Equals(found.Name, name, StringComparison.OrdinalIgnoreCase)) return found.Ids;
            var keep = new Change.SaveSetting(KeyOf(name), $"{found.Ids.Repository} {found.Ids.Owner}", OnlyIfAbsent: true);
            if (await store.CommitAsync(new Commit { Changes = [keep] }, cancellationToken) is CommitOutcome.Committed) return found.Ids;
        }
    }

    private async Task<(string Name, RepositoryIds Ids)?> AskAsync(string name, CancellationToken cancellationToken) =>
        await repositories.FindAsync(name, cancellationToken) is { } known
        && await store.Facts.RepositoryAsync(known.Id, cancellationToken) is { OwnerId: > 0 } fact
            ? (fact.Name, new RepositoryIds(fact.RepositoryId, fact.OwnerId))
            : null;

    private static string KeyOf(string name) => Settings + name.ToLowerInvariant();

    private static RepositoryIds Read(string kept)
    {
        var parts = kept.Split(' ');
        return new RepositoryIds(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
