using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Status;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Commands;

/// <summary>
/// Answers one command. What it asks for is saved together with the note that it was answered; before and after that there are only calls that may be made
/// twice. So however often this is done, by whomever, there is one request, one reaction of a kind and one comment.
/// </summary>
public sealed class HandleCommand(IStore store, EngineServices services, GitHubRepositories repositories, IssuesApi issues, FollowCommand follow) : IGitHubWorkHandler
{
    public string Kind => CommandWork.Kind;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(store, services, work, async () =>
    {
        var (repository, comment) = CommandWork.Parse(work.Subject);
        var command = await store.Facts.CommandAsync(repository, comment, signals.Stop);
        if (command is null || await repositories.FindAsync(repository, signals.Stop) is not { } known)
        {
            await services.FinishAsync(work, [], signals.Stop);
            return;
        }

        if (command.State == PullCommandState.Asked) command = await AnswerAsync(command, known, work, signals.Stop);
        if (command.State == PullCommandState.Dropped)
        {
            await services.FinishAsync(work, [], signals.Stop);
            return;
        }

        await TryReactAsync(known.At, command, command.State == PullCommandState.Accepted ? Reaction.Rocket : Reaction.Confused, signals.Stop);
        await services.FinishAsync(work, [], signals.Stop, StatusWork.Of(new PullReference(repository, command.Number), TimeSpan.Zero));
    });

    private async Task<PullCommand> AnswerAsync(PullCommand command, KnownRepository repository, ClaimedWork work, CancellationToken cancellationToken)
    {
        var answer = await follow.AnswerAsync(command, repository, work.Fence, () => TryReactAsync(repository.At, command, Reaction.Eyes, cancellationToken), cancellationToken);
        var answered = answer.Of(command);
        Change change = answered.State == PullCommandState.Dropped ? new Change.ForgetPullCommand(answered.RepositoryId, answered.CommentId) : new Change.SavePullCommand(answered);
        if (!answer.IsSaved && await store.CommitAsync(new Commit { Fence = work.Fence, Changes = [change] }, cancellationToken) is CommitOutcome.Fenced)
            throw new OwnershipLostException();
        return answered;
    }

    /// <returns>False when the comment is gone: whoever wrote it took it back.</returns>
    private async Task<bool> TryReactAsync(GitHubRepository at, PullCommand command, Reaction reaction, CancellationToken cancellationToken)
    {
        try
        {
            await issues.ReactAsync(at, command.CommentId, reaction, cancellationToken);
            return true;
        }
        catch (GitHubException exception) when (exception.IsMissing)
        {
            return false;
        }
    }
}
