using Towpath.AwsEmulator.Ecs.Tasks;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>
/// What happens to one deployment of a service. It says how tasks and other people behave; whether a breaker trips or a
/// rollback follows is the service's own configuration, as at AWS. The usual one is healthy within 300 ms.
/// </summary>
public sealed record RolloutScript
{
    /// <summary>PENDING for so long before it begins.</summary>
    public TimeSpan PendingFor { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How its tasks fare.</summary>
    public TaskScript Tasks { get; init; } = new();

    /// <summary>Only so many tasks fare like <see cref="Tasks"/>, the others well; null: all.</summary>
    public int? FirstTasks { get; init; }

    /// <summary>Before a stopped task is replaced; doubles with every failure, up to 5 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>An alarm goes off so long after the deployment was made.</summary>
    public TimeSpan? AlarmAfter { get; init; }

    /// <summary>Which alarm; null: the first that the service watches.</summary>
    public string? Alarm { get; init; }

    /// <summary>Somebody else deploys this service so long after.</summary>
    public TimeSpan? SupersededAfter { get; init; }

    /// <summary>The task definition that somebody else deploys; null: the one before.</summary>
    public string? SupersededBy { get; init; }

    /// <summary>Somebody stops this deployment so long after.</summary>
    public TimeSpan? StoppedAfter { get; init; }

    /// <summary>ROLLBACK or ABORT.</summary>
    public string StopType { get; init; } = "ROLLBACK";

    public TimeSpan RollbackTakes { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>A rollback, if there is one, ends in ROLLBACK_FAILED.</summary>
    public bool RollbackFails { get; init; }

    /// <summary>So many calls of ListServiceDeployments do not see the deployment.</summary>
    public int HiddenFromList { get; init; }

    /// <summary>So many calls of DescribeServices still show the service as it was before.</summary>
    public int StaleDescribes { get; init; }

    /// <summary>How long each lifecycle stage lasts that is not waiting for tasks, traffic or baking.</summary>
    public TimeSpan StageTakes { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a minute of bake times and hooks' time limits lasts.</summary>
    public TimeSpan Minute { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The lifecycle stage whose Lambda hook fails.</summary>
    public string? FailingHook { get; init; }

    /// <summary>Lifecycle hooks are not met: for what was there before.</summary>
    internal bool WithoutHooks { get; init; }

    /// <summary>Becomes healthy so long after it began.</summary>
    public static RolloutScript Healthy(TimeSpan? after = null) =>
        after is { } time ? new() { Tasks = new TaskScript { RunningAfter = time / 2, HealthyAfter = time / 2 } } : new();

    /// <summary>Its tasks end at once. With a circuit breaker it trips, else this goes on for ever.</summary>
    public static RolloutScript Crashes(int exitCode = 1, params string[] logLines) => new() { Tasks = TaskScript.Ends(exitCode, logLines) };

    /// <summary>Its tasks run and never become healthy: IN_PROGRESS for ever.</summary>
    public static RolloutScript Hangs() => new() { Tasks = TaskScript.NeverEnds() };

    /// <summary>Its tasks cannot pull their image, whatever ECR has.</summary>
    public static RolloutScript CannotPull(string words) => new() { Tasks = new TaskScript { CannotPull = words } };

    /// <summary>An alarm goes off while its tasks become healthy.</summary>
    public static RolloutScript Alarmed(TimeSpan after, string? alarm = null) => Hangs() with { AlarmAfter = after, Alarm = alarm };

    /// <summary>Somebody else deploys the service in the middle.</summary>
    public static RolloutScript Superseded(TimeSpan after, string? by = null) => Hangs() with { SupersededAfter = after, SupersededBy = by };

    /// <summary>Somebody stops it by hand.</summary>
    public static RolloutScript Stopped(TimeSpan after, string stopType = "ROLLBACK") => Hangs() with { StoppedAfter = after, StopType = stopType };
}
