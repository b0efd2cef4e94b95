using System.Globalization;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>
/// Deliveries are handled in a few lanes, each with one row of the work table at most: a row for each delivery would cost as much as the
/// delivery. Which lane one is in says nothing, since they come in no order anyway.
/// </summary>
internal static class Lanes
{
    public const int Count = 4;

    /// <summary>Whoever adds to a lane saves this in the same commit, so that somebody looks at it.</summary>
    public static Change Wake(int lane, bool quietly = false) => new Change.EnqueueOnce(
        new WorkItem { Kind = Queues.Deliveries, Queue = Queues.Lane(lane), Subject = lane.ToString(CultureInfo.InvariantCulture) }, quietly);

    public static int Of(Guid guid) => (guid.GetHashCode() & int.MaxValue) % Count;

    public static int Of(ClaimedWork work) => int.Parse(work.Subject, NumberStyles.None, CultureInfo.InvariantCulture);
}
