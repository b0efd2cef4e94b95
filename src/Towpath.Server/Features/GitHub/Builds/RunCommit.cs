using Towpath.Core.Applications;
using Towpath.GitHub.Oidc;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Builds;

/// <summary>What GitHub knows of the commit that a run built, and of the pull request that it stands in.</summary>
public sealed class RunCommit(GitHubRepositories repositories, CommitsApi commits, PullsApi pulls)
{
    /// <summary>Why the commit is not that of the run; null where it is.</summary>
    /// <param name="Author">The login of who wrote it.</param>
    /// <param name="No">Why not.</param>
    public sealed record Found(string Author, Refusal? No = null);

    /// <param name="token">The run.</param>
    /// <param name="pull">The pull request; null for none.</param>
    /// <param name="ids">The repository.</param>
    /// <param name="commit">What the report says.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<Found> FindAsync(WorkflowToken token, long? pull, RepositoryIds ids, string commit, CancellationToken cancellationToken)
    {
        var isOwn = string.Equals(commit, token.Sha, StringComparison.Ordinal);
        if (!isOwn && pull is null) return Other(token, commit);
        if (await repositories.FindAsync(ids.Repository, cancellationToken) is not { } repository)
            return pull is null ? new Found(token.Actor) : new Found("", Refusal.NotAllowed("no_app", $"The GitHub App does not reach {token.Repository}, so nothing can be found out about pull request #{pull}. Install it there."));
        if (pull is { } number && await RefusePullAsync(repository, number, cancellationToken) is { } no) return new Found("", no);
        if (!isOwn && !await IsHeadAsync(repository, token.Sha, commit, cancellationToken)) return Other(token, commit);
        return await commits.FindAsync(repository.At, commit, cancellationToken) is { } known
            ? new Found(known.Author?.Login ?? token.Actor)
            : new Found("", Refusal.Unprocessable("no_such_commit", $"GitHub has no commit {commit} in {token.Repository}."));
    }

    /// <summary>The run is for the merge of the pull request's head into its base; what people mean by the build's commit is the head.</summary>
    private async Task<bool> IsHeadAsync(KnownRepository repository, string merge, string head, CancellationToken cancellationToken) =>
        (await commits.FindAsync(repository.At, merge, cancellationToken))?.Parents is [_, { } second] && string.Equals(second.Sha, head, StringComparison.Ordinal);

    private async Task<Refusal?> RefusePullAsync(KnownRepository repository, long number, CancellationToken cancellationToken) => await pulls.FindAsync(repository.At, number, cancellationToken) switch
    {
        null => Refusal.NotAllowed("no_such_pull", $"{repository.At} has no pull request #{number}."),
        { IsFork: true } => Refusal.NotAllowed("fork", $"Pull request #{number} comes from a fork. What is built of it goes nowhere: push the branch to {repository.At} to see a preview."),
        _ => null,
    };

    private static Found Other(WorkflowToken token, string commit) => new("", Refusal.NotAllowed(
        "not_the_runs_commit", $"The report is about commit {PlainLines.Of(commit)}, and the run is for {token.Sha}. Report the commit that the run built: `--commit \"$GITHUB_SHA\"`, or of a pull request its head."));
}
