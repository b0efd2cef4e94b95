using System.Text.Json.Nodes;

namespace Towpath.Core.Deployments;

/// <summary>The unit of execution. Idempotent and resumable: it may be run again after a kill at any point, so it observes before it acts.</summary>
public interface IStep
{
    /// <summary>The name that plans refer to, such as <c>local-site.switch</c>.</summary>
    string Kind { get; }

    StepPolicy Policy { get; }

    /// <summary>Does the work or a part of it. Never sleeps: it returns <see cref="StepResult.Running"/> and is scheduled again.</summary>
    Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken);
}

/// <param name="Timeout">From the first start of the step to its end, waits included; the time before this process started is not counted.</param>
/// <param name="ErrorBudget">How many technical errors in a row are retried before the step counts as failed.</param>
/// <param name="Capabilities">What a node must have to run it.</param>
public sealed record StepPolicy(TimeSpan Timeout, int ErrorBudget = 5, params IReadOnlyList<string> Capabilities)
{
    /// <summary>Exponential back-off, one second doubled with each error, at most a minute.</summary>
    public static TimeSpan BackOff(int errors) => TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, Math.Clamp(errors - 1, 0, 6))));
}

public abstract record StepResult
{
    public sealed record Done(JsonObject? Outputs = null) : StepResult;

    /// <summary>Not finished: look again after <paramref name="RetryAfter"/>, without holding a slot until then.</summary>
    public sealed record Running(TimeSpan RetryAfter, string Progress) : StepResult;

    /// <summary>The answer is no. Not retried.</summary>
    public sealed record Failed(string Reason) : StepResult;

    /// <summary>Somebody else put something else there meanwhile: neither done nor failed, and nothing is put back, since what runs is theirs.</summary>
    public sealed record Superseded(string Reason) : StepResult;

    /// <summary>Technical; retried with back-off inside the error budget.</summary>
    public sealed record Errored(Exception Exception) : StepResult;
}

/// <summary>What a step may know and do.</summary>
public sealed class StepContext(Deployment deployment, PlanStep step, StepRecord record, IStepHost host)
{
    public Deployment Deployment => deployment;

    public PlanStep Step => step;

    public JsonObject Inputs => step.Inputs;

    /// <summary>1 at first; more when it was interrupted, errored, or asked to be run again.</summary>
    public int Attempt => record.Attempt;

    /// <summary>When the step was first started, or this process, where that was later: an outage takes none of the step's time.</summary>
    public DateTimeOffset StartedAt { get; } = record.StartedAt ?? default;

    /// <summary>What an earlier attempt of this step journaled to put things back, if it came so far.</summary>
    public JsonObject? Undo => record.Undo;

    /// <summary>The same for every attempt: for targets that can refuse to do a thing twice.</summary>
    public string IdempotencyToken => $"{deployment.Id}-{(deployment.Phase == Phase.RollingBack ? "r" : "s")}{deployment.Cursor}";

    /// <summary>Outputs of a finished step of this plan.</summary>
    public JsonObject? OutputsOf(string stepName)
    {
        var plan = deployment.Plan ?? throw new InvalidOperationException("a step runs only under a plan");
        for (var i = 0; i < plan.Steps.Count; i++)
            if (string.Equals(plan.Steps[i].Name, stepName, StringComparison.Ordinal)) return deployment.Steps[i].Outputs;
        return null;
    }

    /// <summary>Journals what is needed to put things back. Call it before the switch; it is durable when this returns.</summary>
    /// <exception cref="OwnershipLostException">Another node owns the deployment now.</exception>
    public Task RecordUndoAsync(JsonObject undo, CancellationToken cancellationToken) => host.RecordUndoAsync(undo, cancellationToken);

    /// <summary>Checks the fencing token. Call it before each outside effect after the first.</summary>
    /// <exception cref="OwnershipLostException">Another node owns the deployment now.</exception>
    public Task EnsureOwnedAsync(CancellationToken cancellationToken) => host.EnsureOwnedAsync(cancellationToken);

    /// <summary>Adds a line to the deployment's log.</summary>
    public void Log(string text) => host.Log(step.Name, text);
}

/// <summary>What the runner does for a running step.</summary>
public interface IStepHost
{
    Task RecordUndoAsync(JsonObject undo, CancellationToken cancellationToken);

    Task EnsureOwnedAsync(CancellationToken cancellationToken);

    void Log(string step, string text);
}

/// <summary>This process no longer owns the work it is doing: stop at once and leave everything to the new owner.</summary>
public sealed class OwnershipLostException : Exception
{
    public OwnershipLostException() : base("another node owns this work now")
    {
    }

    public OwnershipLostException(string message) : base(message)
    {
    }

    public OwnershipLostException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
