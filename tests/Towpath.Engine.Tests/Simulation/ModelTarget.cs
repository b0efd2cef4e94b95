using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>A target without bytes: prepare, switch, probe; and back. What becomes of a version is decided by its name and by chance.</summary>
internal sealed class ModelTarget : ITarget
{
    public string Kind => "model";

    public Rule.Mapping Grammar { get; } = new();

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits) => [];

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) => [];

    public string? Capability(TargetSpec target) => null;

    public Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken) =>
        Task.FromResult<ObserveResult>(new ObserveResult.Seen(new Observation { Health = TargetHealth.Unknown, Summary = "not told" }));

    public Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => Task.FromResult<PlanResult>(new PlanResult.Planned(
        [Step("prepare", false, request.Artifacts[0]), Step("switch", true, request.Artifacts[0]), Step("probe", false, request.Artifacts[0])],
        request.KnownGoodArtifacts is [var good] ? [Step("switch", true, good), Step("probe", false, good)] : []));

    private static PlanStep Step(string name, bool switches, Artifact artifact) => new(
        name, "model." + name, name == "probe" ? Stage.Verify : Stage.Deploy, switches,
        new JsonObject { ["digest"] = artifact.Digest.Value, ["bad"] = artifact.Reference.Contains("bad", StringComparison.Ordinal) });
}

/// <summary>How often steps have technical errors, wait, or say no.</summary>
internal sealed class StepFaults
{
    public double Errors { get; set; }

    public double Failures { get; set; }

    public double Waits { get; set; }

    public void Stop() => (Errors, Failures, Waits) = (0, 0, 0);
}

/// <summary>What the three steps share: they may wait, err or fail before they do their part.</summary>
internal abstract class ModelStep(string name, SimScheduler scheduler, StepFaults faults) : IStep
{
    public string Kind => "model." + name;

    public StepPolicy Policy { get; } = new(TimeSpan.FromMinutes(10), ErrorBudget: 4);

    public async Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        context.Log("started");
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (scheduler.Chance(faults.Errors)) return new StepResult.Errored(new IOException("connection reset"));
        if (scheduler.Chance(faults.Waits)) return new StepResult.Running(scheduler.Between(200, 8000), "not yet");
        if (scheduler.Chance(faults.Failures)) return new StepResult.Failed("no such thing");
        return await DoAsync(context, Digest.Parse((string)context.Inputs["digest"]!), cancellationToken);
    }

    protected abstract Task<StepResult> DoAsync(StepContext context, Digest digest, CancellationToken cancellationToken);
}

internal sealed class PrepareStep(SimScheduler scheduler, StepFaults faults) : ModelStep("prepare", scheduler, faults)
{
    protected override Task<StepResult> DoAsync(StepContext context, Digest digest, CancellationToken cancellationToken) => Task.FromResult<StepResult>(new StepResult.Done());
}

internal sealed class SwitchStep(SimScheduler scheduler, StepFaults faults, World world, SimProcess process) : ModelStep("switch", scheduler, faults)
{
    private readonly SimScheduler _scheduler = scheduler;

    protected override async Task<StepResult> DoAsync(StepContext context, Digest digest, CancellationToken cancellationToken)
    {
        var key = context.Deployment.Key;
        var found = await world.ReadAsync(process, key);
        if (found.Current == digest) return new StepResult.Done();
        if (context.Undo is null) await context.RecordUndoAsync(new JsonObject { ["previous"] = found.Current?.Value }, cancellationToken);
        // The instant at which the answer was true is at the latest the one before the question's answer came back.
        var asked = _scheduler.Now;
        await context.EnsureOwnedAsync(cancellationToken);
        await world.SwitchAsync(process, context, found, digest, asked, cancellationToken);
        return (await world.ReadAsync(process, key)).Current == digest
            ? new StepResult.Done()
            : new StepResult.Errored(new IOException("somebody else changed it in between"));
    }
}

internal sealed class ProbeStep(SimScheduler scheduler, StepFaults faults, World world, SimProcess process) : ModelStep("probe", scheduler, faults)
{
    protected override async Task<StepResult> DoAsync(StepContext context, Digest digest, CancellationToken cancellationToken)
    {
        if ((await world.ReadAsync(process, context.Deployment.Key)).Current != digest) return new StepResult.Failed("another version runs");
        return (bool)context.Inputs["bad"]! ? new StepResult.Failed("status 500") : new StepResult.Done();
    }
}
