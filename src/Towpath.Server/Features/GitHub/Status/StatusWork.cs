using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.GitHub.Status;

/// <summary>How soon a pull request's comment follows what happens: one edit tells all that happened until it is made.</summary>
/// <param name="Phases">After a new phase.</param>
/// <param name="Steps">After a step, which there may be many of: GitHub limits edits to 80 in a minute and 500 in an hour.</param>
public sealed record StatusPace(TimeSpan Phases, TimeSpan Steps)
{
    public static StatusPace Usual { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15));
}

/// <summary>The row that brings the comment of a pull request up to date.</summary>
internal static class StatusWork
{
    public const string Kind = "pull-status";

    public static Change Of(PullReference pull, TimeSpan delay) => new Change.EnqueueOnce(new WorkItem { Kind = Kind, Queue = $"{Kind}:{pull}", Subject = pull.ToString(), Delay = delay });
}

/// <summary>What a deployment of a pull request comes to is told there.</summary>
public sealed class FollowTransitions(StatusPace pace) : ITransitionReaction
{
    public IEnumerable<Change> Of(Deployment? before, Deployment after)
    {
        if (after.Pull is { } pull) yield return StatusWork.Of(pull, before?.Phase == after.Phase ? pace.Steps : pace.Phases);
    }
}
