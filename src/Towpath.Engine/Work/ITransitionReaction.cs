using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>
/// What else follows from a transition, saved in the same commit: work that tells somebody of it. The transition does not depend on it, so it enqueues and
/// nothing more.
/// </summary>
public interface ITransitionReaction
{
    /// <param name="before">Null where it was just requested.</param>
    /// <param name="after">What is saved.</param>
    IEnumerable<Change> Of(Deployment? before, Deployment after);
}
