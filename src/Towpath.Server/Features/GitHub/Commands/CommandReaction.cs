using Towpath.Core.Commands;
using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Commands;

/// <summary>
/// Notes a command that a person wrote in a new comment of a pull request. Edits count for nothing: whoever may edit a comment could speak in its author's
/// name. Bots, this App among them, give no commands, and no App gives one in the name of a person who let it act for them.
/// </summary>
public sealed class CommandReaction(IStore store) : IDeliveryReaction
{
    private const string Person = "User";

    public async Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken)
    {
        if (told is not WebhookEvent.IssueComment { Action: "created", IsPullRequest: true, Author.Kind: Person, IsByApp: false } comment || told.Repository is not { } repository) return [];
        if (told.Sender?.Id != comment.Author.Id || CommentReader.LineOf(comment.Body) is not { } line) return [];
        var pull = await store.Facts.PullAsync(repository.RepositoryId, comment.Number, cancellationToken);
        var command = new PullCommand
        {
            RepositoryId = repository.RepositoryId, Number = comment.Number, CommentId = comment.CommentId, AuthorId = comment.Author.Id, Author = comment.Author.Login,
            Body = line, At = comment.At, HeadSha = pull is { IsDisputed: false } && pull.UpdatedAt < comment.At ? pull.HeadSha : null,
        };
        return [new Change.AddPullCommand(command), CommandWork.Of(command)];
    }
}
