using System.Text.Json.Nodes;

namespace Towpath.Core.Deployments;

/// <summary>The ordered steps of a deployment and of its rollback, fixed at the moment it starts to run.</summary>
/// <param name="Steps">Steps of the target, then of verification.</param>
/// <param name="Rollback">Steps that put back what last succeeded; see <see cref="OnlyUndoes"/> for where nothing good is known.</param>
/// <param name="Capability">What a node must have to run it, such as <c>host:NAME</c>.</param>
public sealed record Plan(IReadOnlyList<PlanStep> Steps, IReadOnlyList<PlanStep> Rollback, string? Capability = null)
{
    /// <summary>
    /// The rollback leads to no known good version, since there is none: it takes back what the deployment did, as far as its own steps noted it. The deployment
    /// ends as failed.
    /// </summary>
    public bool OnlyUndoes { get; init; }

    public bool CanRollBack => Rollback.Count > 0;
}

/// <summary>One step as planned: which registered step runs, with which inputs.</summary>
/// <param name="Name">Unique within its list; what people see in the log.</param>
/// <param name="Kind">The registered step, such as <c>local-site.switch</c>.</param>
/// <param name="Stage">Whether it changes the target or proves the change.</param>
/// <param name="Switches">From the start of this step on the target may run the new version, so that a failure or a cancellation rolls back.</param>
/// <param name="Inputs">What the step needs to know, all of it fixed now.</param>
public sealed record PlanStep(string Name, string Kind, Stage Stage, bool Switches, JsonObject Inputs);

public enum Stage
{
    Deploy,
    Verify,
}

public enum StepStatus
{
    Pending,
    Running,
    Done,
    Failed,
    Errored,
    Skipped,
}

/// <summary>What has become of one planned step.</summary>
public sealed record StepRecord
{
    public StepStatus Status { get; init; } = StepStatus.Pending;

    /// <summary>How often it was started. More than one after a kill, a retry or a wait.</summary>
    public int Attempt { get; init; }

    /// <summary>Technical errors in a row; reset when it makes progress. Compared with the step's error budget.</summary>
    public int Errors { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>It asked to be looked at again later, so that the next look is no new attempt.</summary>
    public bool Waits { get; init; }

    /// <summary>Progress or reason, for people.</summary>
    public string? Message { get; init; }

    /// <summary>What later steps may use.</summary>
    public JsonObject? Outputs { get; init; }

    /// <summary>What is needed to put things back, journaled before the switch.</summary>
    public JsonObject? Undo { get; init; }
}
