using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Events;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Steps;

/// <summary>Points services and rules to the revisions that were registered: from here on the new version runs. What ran before is noted first.</summary>
internal sealed class UpdateStep(EcsClient ecs, EcsLooks looks, OurDeployment ours, EventsClient events) : EcsStep
{
    public const string Name = "ecs.update";

    /// <summary>The output: for each unit the service deployment that ECS named, or nothing where none was needed.</summary>
    public const string Hints = "service_deployments";

    public override string Kind => Name;

    public override StepPolicy Policy => new(TimeSpan.FromHours(1));

    protected override async Task<StepResult> RunAsync(EcsRun run, CancellationToken cancellationToken)
    {
        var units = run.Inputs.Units;
        var now = new List<JsonObject>();
        foreach (var unit in units)
        {
            if (await StateAsync(run, unit, cancellationToken) is not { } state)
                return new StepResult.Failed($"there is no {unit.Title}{(unit.IsRule ? "" : $" in the cluster {unit.Cluster}")} any more; look into ECS, then deploy again");
            now.Add(state);
        }

        var before = run.Context.Undo?["units"] is JsonArray noted ? [.. noted.OfType<JsonObject>().Select(UnitBefore.Read)] : await NoteAsync(run, now, cancellationToken);
        var hints = new JsonArray();
        for (var i = 0; i < units.Count; i++)
        {
            var (hint, problem) = units[i].IsRule
                ? await PointRuleAsync(run, i, cancellationToken)
                : await UpdateAsync(run, i, now[i], before[i], cancellationToken);
            if (problem is not null) return problem;
            hints.Add(hint);
        }

        return new StepResult.Done(new JsonObject { [Hints] = hints });
    }

    /// <summary>The service as ECS shows it; for a rule an object with what it starts.</summary>
    private async Task<JsonObject?> StateAsync(EcsRun run, EcsUnit unit, CancellationToken cancellationToken) => unit.IsRule
        ? await events.TargetsAsync(run.Patient, unit.Name, unit.Place, cancellationToken) is { } targets ? new JsonObject { ["taskDefinition"] = EventsClient.DefinitionOf(targets) } : null
        : await looks.ServiceAsync(run.Scope, unit.Cluster, unit.Name, cancellationToken);

    private async Task<List<UnitBefore>> NoteAsync(EcsRun run, List<JsonObject> now, CancellationToken cancellationToken)
    {
        var units = new List<UnitBefore>();
        for (var i = 0; i < now.Count; i++)
            units.Add(new UnitBefore(now[i].Text("taskDefinition"), ServiceReading.Primary(now[i])?.Text("id"), await KnownAsync(run, i, cancellationToken)));
        await run.Context.RecordUndoAsync(new JsonObject { ["units"] = new JsonArray([.. units.Select(unit => unit.ToJson())]) }, cancellationToken);
        return units;
    }

    /// <summary>A revision that was not made for this deployment may have been deployed before: then its old deployments are not ours.</summary>
    private async Task<IReadOnlyList<string>> KnownAsync(EcsRun run, int index, CancellationToken cancellationToken)
    {
        var unit = run.Inputs.Units[index];
        if (unit.IsRule) return [];
        try
        {
            return [.. (await ecs.ListServiceDeploymentsAsync(run.Patient, unit.Cluster, unit.Name, cancellationToken)).Select(d => d.Text("serviceDeploymentArn")).OfType<string>()];
        }
        catch (AwsException e) when (e.IsDenied)
        {
            return [];
        }
    }

    private async Task<(JsonNode? Hint, StepResult? Problem)> UpdateAsync(EcsRun run, int index, JsonObject service, UnitBefore before, CancellationToken cancellationToken)
    {
        var (unit, definition) = (run.Inputs.Units[index], run.Definitions[index]);
        var primary = ServiceReading.Primary(service);
        var running = primary?.Text("taskDefinition") ?? service.Text("taskDefinition");
        var failedBefore = running == definition && primary?.Text("rolloutState") == "FAILED" && primary.Text("id") == before.Deployment;
        if (running == definition && !failedBefore)
        {
            run.Context.Log($"{unit.Title}: {AwsDocument.Tail(definition)} is what it runs already");
            return (await HintAsync(run, unit, definition, before, cancellationToken), null);
        }

        // An attempt before this one, which noted what ran, may have deployed already, and ECS or somebody else gone on from there: never a second time.
        if (run.Context.Undo is not null && await HintAsync(run, unit, definition, before, cancellationToken) is { } made) return (made, null);
        if (running != before.Definition && !IsKnown(run, index, running))
            return (null, new StepResult.Superseded($"{unit.Title} was pointed to {AwsDocument.Tail(running ?? "nothing")} by somebody else meanwhile"));
        await run.Context.EnsureOwnedAsync(cancellationToken);
        var updated = await ecs.UpdateServiceAsync(run.For(index), unit.Cluster, unit.Name, definition, force: failedBefore, cancellationToken);
        run.Context.Log(failedBefore
            ? $"{unit.Title}: {AwsDocument.Tail(definition)} is deployed once more, as its last rollout failed"
            : $"{unit.Title}: {AwsDocument.Tail(running ?? "nothing")} → {AwsDocument.Tail(definition)}");
        return (updated.Text("currentServiceDeployment"), null);
    }

    /// <summary>In a rollback the failed version's revision is no stranger.</summary>
    private static bool IsKnown(EcsRun run, int index, string? definition) =>
        run.IsRollback && (run.Before.ElementAtOrDefault(index)?.Definition == definition
            || Settings.List(run.RecordOf(RegisterStep.Name, rollback: false)?.Outputs ?? [], RegisterStep.Definitions).ElementAtOrDefault(index) == definition);

    private async Task<JsonNode?> HintAsync(EcsRun run, EcsUnit unit, string definition, UnitBefore before, CancellationToken cancellationToken)
    {
        try
        {
            return await ours.FindAsync(run.Patient, unit, definition, before.Known, null, cancellationToken);
        }
        catch (AwsException e) when (e.IsDenied)
        {
            return null;
        }
    }

    private async Task<(JsonNode? Hint, StepResult? Problem)> PointRuleAsync(EcsRun run, int index, CancellationToken cancellationToken)
    {
        var (unit, definition) = (run.Inputs.Units[index], run.Definitions[index]);
        var targets = EventsClient.EcsTargetsOf(await events.TargetsAsync(run.Patient, unit.Name, unit.Place, cancellationToken)).ToList();
        var others = targets.Where(target => target.Member("EcsParameters")!.Text("TaskDefinitionArn") != definition).ToList();
        if (others.Count == 0) return (null, null);
        foreach (var target in others) target.Member("EcsParameters")!["TaskDefinitionArn"] = definition;
        await run.Context.EnsureOwnedAsync(cancellationToken);
        await events.PutTargetsAsync(run.For(index), unit.Name, unit.Place, others, cancellationToken);
        run.Context.Log($"{unit.Title}: starts {AwsDocument.Tail(definition)} from now on");
        return (null, null);
    }
}
