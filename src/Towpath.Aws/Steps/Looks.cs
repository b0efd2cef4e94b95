using Towpath.Core.Deployments;

namespace Towpath.Aws.Steps;

/// <summary>When to look again at something that takes its time: soon at first, then every five seconds, so that its end is seen within moments.</summary>
public static class Looks
{
    /// <param name="waited">How long it has been looked at.</param>
    public static TimeSpan Next(TimeSpan waited) => waited.TotalSeconds switch
    {
        < 0.5 => TimeSpan.FromSeconds(0.25),
        < 2 => TimeSpan.FromSeconds(0.5),
        < 6 => TimeSpan.FromSeconds(1),
        < 20 => TimeSpan.FromSeconds(2),
        _ => TimeSpan.FromSeconds(5),
    };

    /// <summary>The step is run again after a while that grows with how long it has run.</summary>
    public static StepResult.Running Again(StepContext context, TimeProvider time, string progress) => new(Next(time.GetUtcNow() - context.StartedAt), progress);
}
