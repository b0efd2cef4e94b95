using System.Globalization;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>What is to be looked at again stands in a few lanes, each with one row of the work table at most. Everything of one repository is in one lane, so that it is looked at in turn.</summary>
public static class Looks
{
    internal const int Lanes = 4;

    /// <param name="repositoryId">GitHub's id of the repository.</param>
    /// <param name="subject">A ref in full, or a commit.</param>
    /// <returns>To be saved together with what was told.</returns>
    public static IReadOnlyList<Change> Again(long repositoryId, string subject)
    {
        var lane = (int)(repositoryId % Lanes);
        return [new Change.LookAt(repositoryId, subject, lane), Wake(lane)];
    }

    internal static Change Wake(int lane, TimeSpan delay = default) => new Change.EnqueueOnce(new WorkItem
    {
        Kind = Queues.Looks, Queue = Queues.LookLane(lane), Subject = lane.ToString(CultureInfo.InvariantCulture), Delay = delay,
    });

    internal static int Of(ClaimedWork work) => int.Parse(work.Subject, NumberStyles.None, CultureInfo.InvariantCulture);
}
