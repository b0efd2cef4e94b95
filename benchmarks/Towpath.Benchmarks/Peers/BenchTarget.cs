using System.Text.Json.Nodes;
using Towpath.Benchmarks.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Benchmarks.Peers;

/// <summary>A target whose steps only wait, so that what is measured is everything around them. Its plan has the shape of a real one: a switch, proofs after it, a way back.</summary>
internal sealed class BenchTarget : ITarget
{
    private static readonly IReadOnlyList<PlanStep> Steps =
    [
        Step("fetch", Stage.Deploy), Step("unpack", Stage.Deploy), Step("switch", Stage.Deploy, switches: true), Step("observe", Stage.Verify), Step("prove", Stage.Verify),
    ];

    public string Kind => "bench";

    public Rule.Mapping Grammar { get; } = new();

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits) => [];

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) => [];

    public string? Capability(TargetSpec target) => null;

    public Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken) =>
        Task.FromResult<ObserveResult>(new ObserveResult.Seen(new Observation { Health = TargetHealth.Unknown, Summary = "not told" }));

    public Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<PlanResult>(new PlanResult.Planned(Steps, request.KnownGood is null ? [] : Steps));

    private static PlanStep Step(string name, Stage stage, bool switches = false) => new(name, WaitStep.Name, stage, switches, new JsonObject());
}

internal sealed class WaitStep(TimeProvider time) : IStep
{
    public const string Name = "bench.wait";

    public string Kind => Name;

    public StepPolicy Policy { get; } = new(TimeSpan.FromMinutes(1));

    public async Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(Work.Step, time, cancellationToken);
        return new StepResult.Done();
    }
}
