using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Removes rows that only mattered for a while, such as the operation ids of commits whose outcome nobody asks for any more.</summary>
public sealed class Housekeeping(IStore store) : IRecurringWork
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public string Name => "housekeeping";

    public TimeSpan Interval => TimeSpan.FromHours(1);

    public Task RunAsync(Fence fence, CancellationToken cancellationToken) => store.PruneAsync(Kept, cancellationToken);
}
