using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Dashboard.Tests.Scene;

/// <summary>What the scripted target does with which version: a test writes it, the steps follow it.</summary>
public sealed class Script
{
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unreachable = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _said = new();

    public void Fail(string version) => _failing[version] = true;

    /// <summary>Putting it back is a technical error until it is mended.</summary>
    public void Break(string version) => _unreachable[version] = true;

    public void Mend(string version) => _unreachable.TryRemove(version, out _);

    /// <summary>Its step <c>switch</c> waits from now on.</summary>
    public void Hold(string version) => _held[version] = true;

    public void Release(string version) => _held.TryRemove(version, out _);

    /// <summary>Lines that a held step logs at its next look.</summary>
    public void Say(params IReadOnlyList<string> lines)
    {
        foreach (var line in lines) _said.Enqueue(line);
    }

    internal bool Fails(string version) => _failing.ContainsKey(version);

    internal bool IsBroken(string version) => _unreachable.ContainsKey(version);

    internal bool Holds(string version) => _held.ContainsKey(version);

    internal IEnumerable<string> Said()
    {
        while (_said.TryDequeue(out var line)) yield return line;
    }
}

/// <summary>Deploys nowhere: fetch, switch, and a proof that is done or failed as the script says.</summary>
public sealed class ScriptedTarget : ITarget
{
    public string Kind => "scripted";

    public Rule.Mapping Grammar { get; } = new();

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits) => [];

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) => [];

    public string? Capability(TargetSpec target) => null;

    public Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken) =>
        Task.FromResult<ObserveResult>(new ObserveResult.Seen(new Observation { Health = TargetHealth.Unknown, Summary = "not told" }));

    public Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => Task.FromResult<PlanResult>(new PlanResult.Planned(
        [Step("fetch", request.Version), Step("switch", request.Version, switches: true), Step("verify", request.Version, stage: Stage.Verify)],
        request.KnownGood is { } good ? [Step("switch back", good.Version, switches: true)] : []));

    private static PlanStep Step(string name, string version, bool switches = false, Stage stage = Stage.Deploy) =>
        new(name, ScriptedStep.Name, stage, switches, new JsonObject { ["version"] = version });
}

public sealed class ScriptedStep(Script script) : IStep
{
    public const string Name = "scripted.step";

    public string Kind => Name;

    public StepPolicy Policy { get; } = new(TimeSpan.FromMinutes(5), ErrorBudget: 0);

    public Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult(Run(context));

    private StepResult Run(StepContext context)
    {
        var version = context.Inputs["version"]!.GetValue<string>();
        foreach (var line in script.Said()) context.Log(line);
        if (context.Step.Name == "switch" && script.Holds(version)) return new StepResult.Running(TimeSpan.FromMilliseconds(100), "waits for the script");
        if (context.Step.Name == "switch back" && script.IsBroken(version)) return new StepResult.Errored(new IOException("the machine does not answer"));
        context.Log($"{context.Step.Name} of {version}");
        if (context.Step.Name != "verify") return new StepResult.Done();
        context.Log("GET https://example.com/health");
        if (!script.Fails(version)) return new StepResult.Done();
        context.Log("error: 503 Service Unavailable instead of 200");
        return new StepResult.Failed("https://example.com/health answered 503 instead of 200 for 30 s");
    }
}

/// <summary>Says that one environment is served, and that another's port is taken.</summary>
public sealed class ScriptedHost : ITargetHost
{
    public Task ServeAsync(Configuration configuration, CancellationToken cancellationToken) => Task.CompletedTask;

    public IReadOnlyList<HostedEnvironment> Hosted { get; } = [new(new EnvironmentKey("portal", "dev"), "http://127.0.0.1:8081/", null)];

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
