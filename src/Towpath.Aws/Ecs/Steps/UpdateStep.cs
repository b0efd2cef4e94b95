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

        List<UnitBefore> before;
        if (run.Context.Undo?["units"] is JsonArray noted) before = [.. noted.OfType<JsonObject>().Select(UnitBefore.Read)];
        else if (Overtaken(run, now) is { } overtaken) return overtaken;
        else before = await NoteAsync(run, now, cancellationToken);
        var hints = new JsonArray();
        for (var i = 0; i < units.Count; i++)
        {
            var (hint, problem) = units[i].IsRule
                ? await PointRuleAsync(run, i, before[i], cancellationToken)
                : await UpdateAsync(run, i, now[i], before[i], cancellationToken);
            if (problem is not null) return problem;
            hints.Add(hint);
        }

        var outputs = new JsonObject { [Hints] = hints };
        if (run is { IsRollback: true, Before.Count: > 0 })
            outputs[Words.PutBackOutput] = Settings.ToJson(units.Select((unit, i) => $"{unit.Title} to {AwsDocument.Tail(run.Definitions[i])}"));
        return new StepResult.Done(outputs);
    }

    /// <summary>The service as ECS shows it; for a rule an object with what it starts.</summary>
    private async Task<JsonObject?> StateAsync(EcsRun run, EcsUnit unit, CancellationToken cancellationToken) => unit.IsRule
        ? await events.TargetsAsync(run.Patient, unit.Name, unit.Place, cancellationToken) is { } targets ? new JsonObject { ["taskDefinition"] = EventsClient.DefinitionOf(targets) } : null
        : await looks.ServiceAsync(run.Scope, unit.Cluster, unit.Name, cancellationToken);

    /// <summary>Before anything is changed: whether somebody deployed since the revisions were made, which would be lost.</summary>
    private static StepResult.Superseded? Overtaken(EcsRun run, List<JsonObject> now)
    {
        for (var i = 0; i < now.Count; i++)
            if (StrangerIn(run, i, ServiceReading.Running(now[i]), null) is { } stranger) return stranger;
        return null;
    }

    /// <summary>Null where the unit runs what it should at this point: what our revision was made of, or ours. In a rollback the failed version's is no stranger.</summary>
    private static StepResult.Superseded? StrangerIn(EcsRun run, int index, string? running, UnitBefore? before)
    {
        var (unit, definition) = (run.Inputs.Units[index], run.Definitions[index]);
        var made = run.IsRollback ? null : run.Bases.ElementAtOrDefault(index);
        var expected = made ?? before?.Definition ?? running;
        if (running == expected || running == definition || IsKnown(run, index, running)) return null;
        var words = $"{unit.Title} was pointed to {AwsDocument.Tail(running ?? "nothing")} by somebody else meanwhile";
        return new StepResult.Superseded(made is null ? words : $"{words}, after {AwsDocument.Tail(definition)} had been made of {AwsDocument.Tail(made)}; deploy again to build on what runs now");
    }

    private async Task<List<UnitBefore>> NoteAsync(EcsRun run, List<JsonObject> now, CancellationToken cancellationToken)
    {
        var units = new List<UnitBefore>();
        for (var i = 0; i < now.Count; i++)
            units.Add(new UnitBefore(ServiceReading.Running(now[i]), ServiceReading.Primary(now[i])?.Text("id"), await KnownAsync(run, i, cancellationToken)));
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
        var running = ServiceReading.Running(service);
        var failedBefore = running == definition && primary?.Text("rolloutState") == "FAILED" && primary.Text("id") == before.Deployment;
        if (running == definition && !failedBefore)
        {
            run.Context.Log($"{unit.Title}: {AwsDocument.Tail(definition)} is what it runs already");
            return (await HintAsync(run, unit, definition, before, cancellationToken), null);
        }

        // An attempt before this one, which noted what ran, may have deployed already, and ECS or somebody else gone on from there: never a second time.
        if (run.Context.Undo is not null && await HintAsync(run, unit, definition, before, cancellationToken) is { } made) return (made, null);
        if (StrangerIn(run, index, running, before) is { } stranger) return (null, stranger);
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

    private async Task<(JsonNode? Hint, StepResult? Problem)> PointRuleAsync(EcsRun run, int index, UnitBefore before, CancellationToken cancellationToken)
    {
        var (unit, definition) = (run.Inputs.Units[index], run.Definitions[index]);
        var targets = EventsClient.EcsTargetsOf(await events.TargetsAsync(run.Patient, unit.Name, unit.Place, cancellationToken)).ToList();
        var others = targets.Where(target => target.Member("EcsParameters")!.Text("TaskDefinitionArn") != definition).ToList();
        if (others.Count == 0) return (null, null);
        if (StrangerIn(run, index, EventsClient.DefinitionOf(targets), before) is { } stranger) return (null, stranger);
        foreach (var target in others) target.Member("EcsParameters")!["TaskDefinitionArn"] = definition;
        await run.Context.EnsureOwnedAsync(cancellationToken);
        await events.PutTargetsAsync(run.For(index), unit.Name, unit.Place, others, cancellationToken);
        run.Context.Log($"{unit.Title}: starts {AwsDocument.Tail(definition)} from now on");
        return (null, null);
    }
}
