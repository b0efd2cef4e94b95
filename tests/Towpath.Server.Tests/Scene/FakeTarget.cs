using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Server.Tests.Scene;

/// <summary>A target that deploys nowhere: one step that logs a line and is done, fails, or waits to be told to go on.</summary>
public sealed class FakeTarget : ITarget
{
    public string Kind => "fake";

    public Rule.Mapping Grammar { get; } = new(
        new Key("fails", new Rule.Text(), "Which versions fail."),
        new Key("host", new Rule.Text(), "What a node must be called."),
        new Key("secret", new Rule.Text(), "A reference such as env:NAME."));

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits) => [];

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) => [];

    public string? Capability(TargetSpec target) => target.Settings["host"] is { } host ? $"host:{host}" : null;

    /// <summary>What it says of itself.</summary>
    public Func<TargetLook, CancellationToken, Task<ObserveResult>> Says { get; set; } =
        (_, _) => Task.FromResult<ObserveResult>(new ObserveResult.Seen(new Observation { Health = TargetHealth.Unknown, Summary = "not told" }));

    public Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken) => Says(look, cancellationToken);

    public Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var fails = request.Environment.Target.Settings["fails"]?.GetValue<string>() == request.Version;
        return Task.FromResult<PlanResult>(new PlanResult.Planned(Steps(request.Version, fails), request.KnownGood is { } good ? Steps(good.Version, false) : []));
    }

    private static PlanStep[] Steps(string version, bool fails) =>
        [new("switch", FakeStep.Name, Stage.Deploy, Switches: true, new JsonObject { ["version"] = version, ["fails"] = fails })];
}

public sealed class FakeStep : IStep
{
    public const string Name = "fake.switch";

    public string Kind => Name;

    public StepPolicy Policy { get; } = new(TimeSpan.FromMinutes(1));

    public Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        context.Log($"switched to {context.Inputs["version"]}");
        return Task.FromResult<StepResult>(context.Inputs["fails"]!.GetValue<bool>() ? new StepResult.Failed("it does not answer") : new StepResult.Done());
    }
}
