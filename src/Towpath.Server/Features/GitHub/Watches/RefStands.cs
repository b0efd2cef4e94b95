using Towpath.Core.Facts;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>Asks GitHub where a ref stands that was moved twice within a second, since nobody told in which order.</summary>
public sealed class RefStands(IStore store, GitHubRepositories repositories, RefsApi refs, TimeProvider time)
{
    /// <summary>GitHub's instants are to the second, and its clock is not ours: a third move within that second is over by then.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    /// <returns>The stand as it is known now; still disputed where GitHub cannot be asked here.</returns>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    public async Task<RefFact> AskAsync(RefFact disputed, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - disputed.At < Rest || await repositories.FindAsync(disputed.RepositoryId, cancellationToken) is not { } repository) return disputed;
        var found = await refs.FindAsync(repository.At, disputed.Ref, cancellationToken);
        var sha = found is null ? null : await CommitAsync(repository.At, found.Object, cancellationToken);
        // Later than what is disputed, earlier than any later move.
        var stand = new RefFact(disputed.RepositoryId, disputed.Ref, sha, disputed.At + TimeSpan.FromMicroseconds(1)).ByThoseOf(disputed);
        await store.CommitAsync(new Commit { Changes = [new Change.SaveRefFact(stand)] }, cancellationToken);
        return stand;
    }

    /// <summary>An annotated tag is an object of its own; null where it stands for no commit.</summary>
    internal async Task<string?> CommitAsync(GitHubRepository repository, GitObject named, CancellationToken cancellationToken) => named.Type switch
    {
        "commit" => named.Sha,
        "tag" => (await refs.FindTagAsync(repository, named.Sha, cancellationToken))?.Object is { Type: "commit", Sha: var sha } ? sha : null,
        _ => null,
    };
}
