using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Engine.Tests.Work;

/// <summary>The world outside of the database: what runs where, and what steps are to do. Shared by all nodes of a test.</summary>
internal sealed class World
{
    private readonly ConcurrentDictionary<EnvironmentKey, int> _inside = new();

    public ConcurrentDictionary<EnvironmentKey, Digest> Runs { get; } = new();

    public ConcurrentQueue<(EnvironmentKey Key, Digest Digest)> Switches { get; } = new();

    public ConcurrentBag<string> Overlaps { get; } = [];

    public Func<StepContext, CancellationToken, Task<StepResult?>> OnPrepare { get; set; } = (_, _) => Task.FromResult<StepResult?>(null);

    public Func<StepContext, CancellationToken, Task<StepResult?>> OnProbe { get; set; } = (_, _) => Task.FromResult<StepResult?>(null);

    /// <summary>What is waited for before a plan is made.</summary>
    public Func<PlanRequest, CancellationToken, Task> OnPlan { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>May throw, as a step with a bug outside of what it runs.</summary>
    public Func<StepPolicy> ProbePolicy { get; set; } = () => new StepPolicy(TimeSpan.FromMinutes(5));

    public async Task<T> AloneAsync<T>(EnvironmentKey key, Func<Task<T>> work)
    {
        if (_inside.AddOrUpdate(key, 1, (_, count) => count + 1) > 1) Overlaps.Add(key.ToString());
        try
        {
            return await work();
        }
        finally
        {
            _inside.AddOrUpdate(key, 0, (_, count) => count - 1);
        }
    }
}

/// <summary>A target whose outside world is <see cref="World"/>.</summary>
internal sealed class ModelTarget(World world) : ITarget
{
    public string Kind => "model";

    public Rule.Mapping Grammar { get; } = new(new Key("host", new Rule.Text(), "What a node must be called."));

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits) => [];

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) => [];

    public string? Capability(TargetSpec target) => target.Settings["host"] is { } host ? $"host:{host}" : null;

    public Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken) =>
        Task.FromResult<ObserveResult>(new ObserveResult.Seen(new Observation { Health = TargetHealth.Unknown, Summary = "not told" }));

    public async Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        await world.OnPlan(request, cancellationToken);
        var digest = request.Artifacts[0].Digest;
        return new PlanResult.Planned(
            [Step("prepare", digest), Step("switch", digest, switches: true), Step("probe", digest, Stage.Verify)],
            request.KnownGood is { } good ? [Step("switch", good.Digest, switches: true)] : []);
    }

    private static PlanStep Step(string name, Digest digest, Stage stage = Stage.Deploy, bool switches = false) =>
        new(name, $"model.{name}", stage, switches, new JsonObject { ["digest"] = digest.Value });
}

internal sealed class PrepareStep(World world) : IStep
{
    public string Kind => "model.prepare";

    public StepPolicy Policy => new(TimeSpan.FromMinutes(5));

    public Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken) =>
        world.AloneAsync(context.Deployment.Key, async () => await world.OnPrepare(context, cancellationToken) ?? new StepResult.Done());
}

internal sealed class ModelSwitchStep(World world) : IStep
{
    public string Kind => "model.switch";

    public StepPolicy Policy => new(TimeSpan.FromMinutes(5));

    public Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken) => world.AloneAsync<StepResult>(context.Deployment.Key, async () =>
    {
        var key = context.Deployment.Key;
        var digest = Digest.Parse((string)context.Inputs["digest"]!);
        if (world.Runs.TryGetValue(key, out var runs) && runs == digest) return new StepResult.Done();
        await context.RecordUndoAsync(new JsonObject { ["runs"] = runs.Value }, cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        world.Runs[key] = digest;
        world.Switches.Enqueue((key, digest));
        return new StepResult.Done();
    });
}

internal sealed class ProbeStep(World world) : IStep
{
    public string Kind => "model.probe";

    public StepPolicy Policy => world.ProbePolicy();

    public Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken) => world.AloneAsync(context.Deployment.Key, async () =>
        await world.OnProbe(context, cancellationToken)
        ?? (world.Runs.TryGetValue(context.Deployment.Key, out var runs) && runs.Value == (string)context.Inputs["digest"]!
            ? new StepResult.Done()
            : new StepResult.Failed("another version runs")));
}
