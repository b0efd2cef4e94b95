namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>How much of the process's memory may be held by bodies that are being read, by all senders together: nobody has shown yet who they are.</summary>
public sealed class BodyBudget
{
    internal const long Most = 64L << 20;
    private long _left = Most;

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _left, -bytes) >= 0) return true;
        GiveBack(bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _left, bytes);
}
