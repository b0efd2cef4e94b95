using Towpath.Core.Applications;
using Towpath.Core.Commands;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.Logins;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Commands;

/// <summary>
/// Decides whether a command is followed: GitHub says at this moment whether its author may write to the repository, Towpath's roles say what they may do, and
/// of a pull request from a fork nothing is taken that changes anything.
/// </summary>
public sealed class FollowCommand(
    Configurations configurations, RepositoryPins pins, KnownAccounts accounts, Access access, CollaboratorsApi collaborators, PullsApi pulls, CommandActions actions, TimeProvider time)
{
    /// <summary>After an outage commands come late, and what was wanted then may be wrong now.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <param name="command">What was written.</param>
    /// <param name="repository">Where.</param>
    /// <param name="fence">Of the row that has it answered.</param>
    /// <param name="notice">Shows that it was seen; false when the comment is gone.</param>
    /// <param name="cancellationToken">Cancels the questions.</param>
    public async Task<CommandAnswer> AnswerAsync(PullCommand command, KnownRepository repository, Fence fence, Func<Task<bool>> notice, CancellationToken cancellationToken)
    {
        var belongs = await pins.OfAsync(await configurations.CurrentAsync(cancellationToken), repository.At.FullName, repository.Ids, cancellationToken);
        if (belongs is { Own.Count: 0, Others.Count: 0 }) return CommandAnswer.Nothing;
        if (!await MayWriteAsync(command, repository, cancellationToken)) return CommandAnswer.Nothing;
        if (belongs is { Own.Count: 0, Why: { } why }) return CommandAnswer.No($"{command.Author}: {why}.");
        if (time.GetUtcNow() - command.At > Longest)
            return CommandAnswer.No($"{command.Author}'s command of {command.At:u} came to Towpath more than a day later and was not followed; write it again.");
        if (!await notice()) return CommandAnswer.Nothing;
        if (await pulls.FindAsync(repository.At, command.Number, cancellationToken) is not { } pull) return CommandAnswer.Nothing;
        return CommentReader.Read(command.Body) switch
        {
            null => CommandAnswer.Nothing,
            CommentCommand.Wrong wrong => CommandAnswer.No($"{command.Author}: {wrong.Sentence}") with { ShowsHelp = true },
            CommentCommand.Asked { Verb: CommandVerb.Help } => CommandAnswer.Yes($"{command.Author} asked what can be written here.") with { ShowsHelp = true },
            CommentCommand.Asked asked => await FollowAsync(new CommandScene(command, asked, repository, pull, belongs.Own, fence), cancellationToken),
            var other => throw new InvalidOperationException($"nothing is known of the command {other.GetType().Name}"),
        };
    }

    /// <summary>
    /// A login can come to be another person's: the id must be the author's. Whoever may not write gets no answer: in a public repository that is anybody, and each answer
    /// takes of what GitHub lets the App write.
    /// </summary>
    private async Task<bool> MayWriteAsync(PullCommand command, KnownRepository repository, CancellationToken cancellationToken) =>
        await collaborators.FindPermissionAsync(repository.At, command.Author, cancellationToken) is { MayWrite: true } permission && permission.User?.Id == command.AuthorId;

    /// <summary>Roles go by the login, which can come to be another person's: whoever has one here is who had it first, by command or by logging in.</summary>
    private async Task<Refusal?> RefusePersonAsync(PullCommand command, Rights rights, CancellationToken cancellationToken)
    {
        var found = OutsidePerson.OfGitHub(command.AuthorId, command.Author, type: null);
        if (found.Value is not { } person) return found.Refusal;
        return rights.MayAnywhere(Permission.Read) ? await accounts.KeepAsync(person, cancellationToken) : await accounts.RefuseAsync(person, cancellationToken);
    }

    private async Task<CommandAnswer> FollowAsync(CommandScene scene, CancellationToken cancellationToken)
    {
        var caller = GitHubCallers.Of(scene.Command.Author);
        var rights = await access.OfAsync(caller, cancellationToken);
        if (await RefusePersonAsync(scene.Command, rights, cancellationToken) is { } no) return scene.No(no.Reason);
        if (scene.Asked.Verb == CommandVerb.Status) return await actions.StatusAsync(scene, rights, cancellationToken);
        if (scene.Pull.IsFork)
            return scene.No("this pull request comes from a fork, and nothing can be changed from here: its code may use no secret. Push the branch to this repository, or use Towpath itself");
        var (place, why) = CommandPlaces.Find(scene.Applications, scene.Asked.Place!, rights, scene.Command.Number);
        if (place is null) return scene.No(why!);
        if (rights.Refuse(Permission.Deploy, place.Application.Name) is { } refusal) return scene.No(refusal.Reason);
        return await actions.DoAsync(scene, caller, place, cancellationToken);
    }
}

/// <summary>A command with all that it is about.</summary>
public sealed record CommandScene(
    PullCommand Command, CommentCommand.Asked Asked, KnownRepository Repository, PullRequest Pull, IReadOnlyList<ApplicationSpec> Applications, Fence Fence)
{
    public string Written => $"/{Asked.Verb.ToString().ToLowerInvariant()}{(Asked.Place is { } place ? $" {place}" : "")}{(Asked.Version is { } version ? $" {version}" : "")}";

    public string Note(string text) => $"{Command.Author} asked for {Written}: {text}";

    public CommandAnswer No(string text) => CommandAnswer.No(Note(text));
}
