namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>How a task fares. The usual one starts, becomes healthy and runs on.</summary>
public sealed record TaskScript
{
    /// <summary>From the start to RUNNING, pulling included.</summary>
    public TimeSpan RunningAfter { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>From RUNNING to HEALTHY; null: it never becomes healthy.</summary>
    public TimeSpan? HealthyAfter { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>From RUNNING to its end; null: it runs on.</summary>
    public TimeSpan? EndsAfter { get; init; }

    /// <summary>The code that its essential container ends with; null: it has none, as where a task is stopped from outside.</summary>
    public int? ExitCode { get; init; } = 0;

    /// <summary>The container that ends; null: the first essential one.</summary>
    public string? Container { get; init; }

    /// <summary>Why the task stopped; null: ECS's words for a container that ended.</summary>
    public string? StoppedReason { get; init; }

    /// <summary>ECS's stop code; null: the one of a container that ended.</summary>
    public string? StopCode { get; init; }

    /// <summary>The reason that stands at the container, such as <c>OutOfMemoryError: Container killed due to memory usage</c>.</summary>
    public string? ContainerReason { get; init; }

    /// <summary>Written to the log of the container that ends, when it runs.</summary>
    public IReadOnlyList<string> LogLines { get; init; } = [];

    /// <summary>Never starts: the pull fails with these words, which follow <c>CannotPullContainerError: </c>.</summary>
    public string? CannotPull { get; init; }

    /// <summary>Ends with a code, as a migration does.</summary>
    public static TaskScript Ends(int exitCode, params string[] logLines) => new()
    {
        EndsAfter = TimeSpan.FromMilliseconds(40), HealthyAfter = null, ExitCode = exitCode, LogLines = logLines,
    };

    /// <summary>Runs and is never done.</summary>
    public static TaskScript NeverEnds(params string[] logLines) => new() { HealthyAfter = null, LogLines = logLines };
}
