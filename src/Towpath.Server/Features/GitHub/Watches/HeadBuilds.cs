using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;
using Towpath.Server.Features.Audit;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>The build of a branch's head that no environment watches, where the commit is all there is: pull requests and commands ask for it, no CI reports it.</summary>
public sealed class HeadBuilds(IStore store, RefStands stands, Audits audits, TimeProvider time)
{
    private const int Patience = 3;

    private readonly PushedBuilds _builds = new(store, audits, time);

    /// <param name="application">Whose.</param>
    /// <param name="repositoryId">Its own repository: what stands in a fork is nobody's build here.</param>
    /// <param name="branch">Without <c>refs/heads/</c>.</param>
    /// <param name="sha">What it has to stand at, as GitHub told.</param>
    /// <param name="fence">Of the row that asks.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null where CI makes the builds, or nobody told yet that the branch stands there.</returns>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="OwnershipLostException">Another node owns the row now.</exception>
    public async Task<Build?> MakeAsync(ApplicationSpec application, long repositoryId, string branch, string sha, Fence fence, CancellationToken cancellationToken)
    {
        if (!WatchRules.IsItsCommit(application) || await store.Facts.RefAsync(repositoryId, $"refs/heads/{branch}", cancellationToken) is not { } stand) return null;
        if (stand.IsDisputed) stand = await stands.AskAsync(stand, cancellationToken);
        if (stand.IsDisputed || !string.Equals(stand.Sha, sha, StringComparison.Ordinal)) return null;
        for (var attempt = 0; attempt < Patience; attempt++)
        {
            var found = await _builds.FindAsync(application, stand, isAgain: true, cancellationToken);
            if (found is not { Build: { } build, IsNew: true }) return found.Build;
            var outcome = await store.CommitAsync(new Commit { Fence = fence, Changes = _builds.Record(build) }, cancellationToken);
            if (outcome is CommitOutcome.Fenced) throw new OwnershipLostException();
            if (outcome is CommitOutcome.Committed) return build;
        }

        return null;
    }
}
