using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Target;

namespace Towpath.Server.Features.GitHub.Mirror;

/// <summary>
/// What GitHub is to be told of a deployment's transitions, as rows of the work table. What is on its way is told a moment later, so that of several states that
/// follow one another quickly only the last is told; what has ended is told at once.
/// </summary>
internal sealed class MirrorWork(IGitHubAppSource app, Configurations configurations) : ITransitionReaction
{
    public const string Show = "show-on-github";
    public const string End = "end-on-github";

    internal static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    public IEnumerable<Change> Of(Deployment? before, Deployment after)
    {
        if (before?.Phase == after.Phase || app.Current is null || after.Origin == Origin.Adopted || !IsWanted(after)) yield break;
        yield return Look(after.Id, before is null || after.Phase.IsTerminal() ? TimeSpan.Zero : Moment);
    }

    public static Change Look(DeploymentId id, TimeSpan delay) =>
        new Change.EnqueueOnce(new WorkItem { Kind = Show, Queue = $"{Show}:{id}", Subject = id.Value, Delay = delay });

    /// <summary>Everything that GitHub shows of a pull request's previews ends.</summary>
    public static Change EndPull(string application, PullReference pull) =>
        new Change.EnqueueOnce(new WorkItem { Kind = End, Queue = $"{End}:{application}/{pull}", Subject = $"{application}/{pull}" });

    /// <summary>What GitHub shows of one preview ends.</summary>
    public static Change EndSlot(EnvironmentKey key) => new Change.EnqueueOnce(new WorkItem { Kind = End, Queue = $"{End}:{key}", Subject = key.ToString() });

    /// <summary>By the configuration that this node saw last: where it is not known yet, it is looked at.</summary>
    private bool IsWanted(Deployment deployment)
    {
        if (configurations.Known.FindApplication(deployment.Key.Application) is not { } application) return true;
        if (application.Repository is null) return false;
        return application.FindEnvironment(deployment.Key.Environment) is { } environment && GitHubNames.IsListenedTo(environment.Target)
            ? deployment.Phase.IsTerminal() && deployment.StartedAt is not null
            : application.GitHub.Deployments;
    }
}
