namespace Towpath.Aws.Ecs.Steps;

/// <summary>When to look again: soon at first, later every five seconds, so that every outcome is seen within fifteen.</summary>
internal static class Pace
{
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(250);

    /// <param name="elapsed">Since the step began.</param>
    public static TimeSpan After(TimeSpan elapsed) => elapsed < Fastest ? Fastest : elapsed < Slowest ? elapsed : Slowest;
}
