using Towpath.Core.Deployments;

namespace Towpath.Aws.Steps;

/// <summary>When to look again at something that takes its time: soon at first, later every five seconds, so that every outcome is seen within fifteen.</summary>
internal static class Pace
{
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(250);

    /// <param name="elapsed">How long it has been looked at: as long is waited again, within bounds.</param>
    public static TimeSpan After(TimeSpan elapsed) => elapsed < Fastest ? Fastest : elapsed < Slowest ? elapsed : Slowest;

    /// <summary>The step is run again after a while that grows with how long it has run.</summary>
    public static StepResult.Running Again(StepContext context, TimeProvider time, string progress) => new(After(time.GetUtcNow() - context.StartedAt), progress);
}
