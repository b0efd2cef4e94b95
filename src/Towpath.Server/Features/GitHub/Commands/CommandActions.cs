using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.Environments;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Features.Requests;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Commands;

/// <summary>Does what a command asks for through the same use cases as API and command line, which meet the same gates and roles.</summary>
public sealed class CommandActions(IStore store, RequestPromotions promotions, RequestRollbacks rollbacks, LockEnvironments locks, EnvironmentViews environments, HeadBuilds heads)
{
    /// <summary>How many builds are looked through for the newest that may go on.</summary>
    private const int Depth = 100;

    public Task<CommandAnswer> DoAsync(CommandScene scene, Caller caller, EnvironmentOfApplication place, CancellationToken cancellationToken) => scene.Asked.Verb switch
    {
        CommandVerb.Deploy => DeployAsync(scene, caller, place, cancellationToken),
        CommandVerb.Promote => PromoteAsync(scene, caller, place, cancellationToken),
        CommandVerb.Rollback => RollBackAsync(scene, caller, place, cancellationToken),
        CommandVerb.Lock or CommandVerb.Unlock => HoldAsync(scene, caller, place, cancellationToken),
        var other => throw new InvalidOperationException($"{other} is done elsewhere"),
    };

    /// <summary>What runs where and what waits for what, of the applications that the caller may see.</summary>
    public async Task<CommandAnswer> StatusAsync(CommandScene scene, Rights rights, CancellationToken cancellationToken)
    {
        var visible = scene.Applications.Where(a => rights.May(Permission.Read, a.Name)).ToList();
        if (visible.Count == 0) return scene.No(rights.Refuse(Permission.Read, scene.Applications[0].Name)!.Reason);
        var asked = scene.Asked.Place;
        var (found, why) = asked is null ? (null, null) : CommandPlaces.Find(visible, asked, rights, scene.Command.Number);
        if (why is not null) return scene.No(why);
        var lines = new List<string>();
        foreach (var application in visible.Where(a => found is null || a.Name == found.Application.Name))
        foreach (var environment in found is null ? application.Environments.Select(e => e.Name) : [found.Environment.Name])
            lines.Add(Line(await environments.ViewAsync(new EnvironmentKey(application.Name, environment), cancellationToken)));
        return CommandAnswer.Yes(scene.Note(lines.Count == 0 ? "there is nothing to tell" : string.Join("; ", lines) + "."));
    }

    private async Task<CommandAnswer> DeployAsync(CommandScene scene, Caller caller, EnvironmentOfApplication place, CancellationToken cancellationToken)
    {
        var head = scene.Pull.Head.Sha;
        if (!string.Equals(scene.Pull.State, "open", StringComparison.Ordinal)) return scene.No("the pull request is closed. Promote what was built of it instead");
        if (await StoodAsync(scene, cancellationToken) is { } no) return no;
        var builds = await store.Builds.OfCommitAsync(place.Application.Name, head, cancellationToken);
        if (builds.Count == 0 && await heads.MakeAsync(place.Application, scene.Command.RepositoryId, scene.Pull.Head.Ref, head, scene.Fence, cancellationToken) is { } made) builds = [made];
        if (builds.Count == 0) return scene.No($"{place.Application.Name} has no build of {CommitName.Short(head)} yet. Write it again when CI has built that commit and reported it");
        return builds.FirstOrDefault(b => PullRequestGate.MayGo(b.Pull, place.Environment.Name)) is { } build
            ? await RequestAsync(scene, caller, place, build, cancellationToken)
            : scene.No($"{CommitName.Short(head)} was built for its pull request only, and goes to its previews and nowhere else. Have CI build the branch when it is pushed, too");
    }

    private async Task<CommandAnswer> PromoteAsync(CommandScene scene, Caller caller, EnvironmentOfApplication place, CancellationToken cancellationToken)
    {
        var name = place.Application.Name;
        if (scene.Asked.Version is { } version)
            return await store.Builds.FindByVersionAsync(name, version, cancellationToken) is { } named
                ? await RequestAsync(scene, caller, place, named, cancellationToken)
                : scene.No($"{name} has no version '{version}'");
        foreach (var build in await store.Builds.ListAsync(name, Depth, cancellationToken))
            if (await MayGoOnAsync(place, build, cancellationToken)) return await RequestAsync(scene, caller, place, build, cancellationToken);
        return scene.No(place.Environment.After.Count == 0 ? $"no build of {name} was reported yet" : $"no build of {name} has succeeded in {string.Join(", ", place.Environment.After)} yet");
    }

    private async Task<bool> MayGoOnAsync(EnvironmentOfApplication place, Build build, CancellationToken cancellationToken)
    {
        if (!PullRequestGate.MayGo(build.Pull, place.Environment.Name)) return false;
        if (place.Environment.After.Count == 0) return true;
        var successes = await store.Deployments.SuccessesAsync(place.Application.Name, build.Digest, cancellationToken);
        return place.Environment.After.All(successes.ContainsKey);
    }

    private async Task<CommandAnswer> RequestAsync(CommandScene scene, Caller caller, EnvironmentOfApplication place, Build build, CancellationToken cancellationToken)
    {
        var yes = CommandAnswer.Yes(scene.Note($"{build.Version} of {build.ShortCommit} was asked for.")) with { IsSaved = true };
        var request = new RequestPromotion(place.Application.Name, place.Environment.Name, build.Version, Reason(scene));
        return Of(scene, yes, await promotions.HandleAsync(caller, request, Asked(scene, yes), cancellationToken));
    }

    private async Task<CommandAnswer> RollBackAsync(CommandScene scene, Caller caller, EnvironmentOfApplication place, CancellationToken cancellationToken)
    {
        var yes = CommandAnswer.Yes(scene.Note("it was asked for.")) with { IsSaved = true };
        var request = new RequestRollback(place.Application.Name, place.Environment.Name, scene.Asked.Version, Reason(scene));
        return Of(scene, yes, await rollbacks.HandleAsync(caller, request, Asked(scene, yes), cancellationToken));
    }

    private async Task<CommandAnswer> HoldAsync(CommandScene scene, Caller caller, EnvironmentOfApplication place, CancellationToken cancellationToken)
    {
        var locking = scene.Asked.Verb == CommandVerb.Lock;
        var yes = CommandAnswer.Yes(scene.Note(locking ? $"it is held still{(scene.Asked.For is { } time ? $" for {time}" : "")}: {scene.Asked.Reason}" : "it may go on.")) with { IsSaved = true };
        var alongside = new Alongside(scene.Fence, _ => [new Change.SavePullCommand(yes.Of(scene.Command))]);
        var (application, environment) = (place.Application.Name, place.Environment.Name);
        var answer = locking
            ? await locks.LockAsync(caller, application, environment, new LockEnvironment(scene.Asked.Reason!, (long?)scene.Asked.For?.TotalSeconds), alongside, cancellationToken)
            : await locks.UnlockAsync(caller, application, environment, alongside, cancellationToken);
        return answer.Refusal is { } refusal ? scene.No(refusal.Reason) : yes;
    }

    private static CommandAnswer Of(CommandScene scene, CommandAnswer yes, Answer<DeploymentView> answer) =>
        answer.Refusal is { } refusal ? scene.No(refusal.Reason) : yes with { Deployment = new DeploymentId(answer.Value!.Id) };

    private static AskedInPull Asked(CommandScene scene, CommandAnswer yes) => new(
        new PullReference(scene.Command.RepositoryId, scene.Command.Number),
        new Alongside(scene.Fence, deployment => [new Change.SavePullCommand((yes with { Deployment = deployment!.Id }).Of(scene.Command))]));

    /// <summary>
    /// GitHub says now where the pull request stands, and does not say since when. That it stood there before the comment was written is known from what was told of it, or of
    /// its branch, before; of one second nobody knows the order. Null where it did.
    /// </summary>
    private async Task<CommandAnswer?> StoodAsync(CommandScene scene, CancellationToken cancellationToken)
    {
        var (head, command) = (scene.Pull.Head, scene.Command);
        var pushed = await store.Facts.RefAsync(command.RepositoryId, $"refs/heads/{head.Ref}", cancellationToken);
        if (pushed?.At >= command.At || (command.HeadSha is { } known && !IsSame(known, head.Sha)))
            return scene.No($"something was pushed to the pull request after that, and it stands at {CommitName.Short(head.Sha)} now: nothing was asked for. Look at what came, and write it again");
        return command.HeadSha is not null || (pushed is { IsDisputed: false, Sha: { } told } && IsSame(told, head.Sha))
            ? null
            : scene.No($"Towpath had not heard where the pull request stood when that was written: nothing was asked for. It stands at {CommitName.Short(head.Sha)} now. Look at that, and write it again in a quarter of an hour");
    }

    private static bool IsSame(string commit, string other) => string.Equals(commit, other, StringComparison.OrdinalIgnoreCase);

    private static string Line(EnvironmentView view)
    {
        var runs = view.Running is { } running ? $"runs {running.Version} since {running.Since:yyyy-MM-dd HH:mm}" : "has nothing that Towpath put there";
        var active = view.Active is { } now ? $", {now.Version} is on its way ({Words.Of(now.Phase)})" : "";
        var waits = string.Concat(view.Waiting.Take(3).Select(w => $", {w.Version} waits{(w.WaitsFor is { } what ? $" for {what}" : "")}"));
        var held = view.Lock is { } @lock ? $", locked by {@lock.Owner}: {@lock.Reason}" : "";
        return $"{view.Application}/{view.Name} {runs}{active}{waits}{held}";
    }

    private static string Reason(CommandScene scene) => $"asked for in {scene.Repository.At.FullName}#{scene.Command.Number}, comment {scene.Command.CommentId}";
}
