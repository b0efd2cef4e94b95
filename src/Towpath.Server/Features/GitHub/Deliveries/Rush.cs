namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>Whether deliveries come so fast that they are saved in large groups.</summary>
public sealed class Rush(TimeProvider time)
{
    /// <summary>From so many in a group on it is one.</summary>
    internal const int LargeGroup = 16;

    /// <summary>How long it goes on after the last large group.</summary>
    internal static readonly TimeSpan Lasts = TimeSpan.FromMilliseconds(200);

    private long _last;

    public bool IsOn => Interlocked.Read(ref _last) is var at && at != 0 && time.GetElapsedTime(at) < Lasts;

    /// <param name="group">How many deliveries were to be saved together.</param>
    public void Saw(int group)
    {
        if (group >= LargeGroup) Interlocked.Exchange(ref _last, time.GetTimestamp());
    }
}
