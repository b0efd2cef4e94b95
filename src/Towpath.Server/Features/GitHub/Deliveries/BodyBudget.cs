namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>How much of the process's memory may be held by bodies that are being read, by all senders together: nobody has shown yet who they are.</summary>
public sealed class BodyBudget
{
    internal const long Most = 64L << 20;

    /// <summary>What large bodies leave for the others, which nearly all of GitHub's are.</summary>
    internal const long ForSmall = 16L << 20;

    /// <summary>The largest body that counts as small.</summary>
    internal const int Small = 256 * 1024;

    private long _left = Most;

    /// <param name="bytes">How many more.</param>
    /// <param name="body">How large the body is by now.</param>
    public bool TryTake(long bytes, long body)
    {
        if (Interlocked.Add(ref _left, -bytes) >= (body > Small ? ForSmall : 0)) return true;
        GiveBack(bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _left, bytes);
}
