using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Ecs.Steps;

/// <summary>What the steps of this target have in common.</summary>
internal abstract class EcsStep : AwsStep
{
    protected sealed override Task<StepResult> RunAsync(StepContext context, AwsScope scope, CancellationToken cancellationToken) =>
        RunAsync(new EcsRun(context, scope, EcsInputs.Read(context.Inputs)), cancellationToken);

    protected abstract Task<StepResult> RunAsync(EcsRun run, CancellationToken cancellationToken);
}

/// <summary>One run of a step: what it was told, on whose behalf it calls, and what earlier steps found out.</summary>
internal sealed record EcsRun(StepContext Context, AwsScope Scope, EcsInputs Inputs)
{
    public bool IsRollback => Context.Deployment.Phase == Phase.RollingBack;

    /// <summary>For calls of which a step makes several in one go: these wait where they are instead of leaving and coming back.</summary>
    public AwsScope Patient => Scope with { Ticket = null };

    /// <summary>A place in the line of a limit for each unit. Whoever has had its first goes before those that have not begun, so that its others come soon.</summary>
    public AwsScope For(int unit) => Scope with { Ticket = $"{Scope.Ticket}-{unit}", GoesFirst = Scope.GoesFirst || unit > 0 };

    /// <summary>The revision that each unit is to run, as the register step of this direction found or made it.</summary>
    public IReadOnlyList<string> Definitions => Towpath.Core.Targets.Settings.List(RecordOf(RegisterStep.Name, IsRollback)?.Outputs ?? [], RegisterStep.Definitions);

    /// <summary>What each unit ran when its next revision was made of it; shorter where the register step came not so far.</summary>
    public IReadOnlyList<string> Bases => [.. RegisteredUnit.Of(RecordOf(RegisterStep.Name, rollback: false)).Select(unit => unit.Base)];

    /// <summary>The record of this plan's first step of a kind, in the direction that is asked for.</summary>
    public StepRecord? RecordOf(string kind, bool rollback)
    {
        var plan = Context.Deployment.Plan ?? throw new InvalidOperationException("a step runs only under a plan");
        var (steps, records) = rollback ? (plan.Rollback, Context.Deployment.RollbackSteps) : (plan.Steps, Context.Deployment.Steps);
        for (var i = 0; i < steps.Count; i++)
            if (steps[i].Kind == kind) return records[i];
        return null;
    }

    /// <summary>What the update step noted of each unit before it changed anything; empty where it came not so far.</summary>
    public IReadOnlyList<UnitBefore> Before =>
        RecordOf(UpdateStep.Name, rollback: false)?.Undo?["units"] is JsonArray units ? [.. units.OfType<JsonObject>().Select(UnitBefore.Read)] : [];
}

/// <summary>A unit as it was before it was changed.</summary>
/// <param name="Definition">The revision that it ran.</param>
/// <param name="Deployment">The id of the service's PRIMARY deployment.</param>
/// <param name="Known">Its service deployments, where the new one could be confused with them.</param>
internal sealed record UnitBefore(string? Definition, string? Deployment, IReadOnlyList<string> Known)
{
    public static UnitBefore Read(JsonObject unit) => new(unit.Text("definition"), unit.Text("deployment"), unit.Texts("known"));

    public JsonObject ToJson() => new() { ["definition"] = Definition, ["deployment"] = Deployment, ["known"] = Towpath.Core.Targets.Settings.ToJson(Known) };
}
