using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.Events;
using Towpath.Aws.Limits;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Steps;

/// <summary>
/// Finds or registers the revision that each unit is to run, one after the other as the account's limit lets it. Each is noted with what it was made of,
/// and carries the deployment's id in a tag, so that an attempt after a kill finds what the one before it registered.
/// </summary>
internal sealed class RegisterStep(EcsClient ecs, EcsLooks looks, EventsClient events, ApiLimits limits) : EcsStep
{
    public const string Name = "ecs.register";

    /// <summary>The output: ARNs in the order of the units.</summary>
    public const string Definitions = "definitions";

    private const string Register = "RegisterTaskDefinition";

    public override string Kind => Name;

    // Registrations are limited to one a second: hundreds of deployments stand in line for them.
    public override StepPolicy Policy => new(TimeSpan.FromHours(6));

    protected override async Task<StepResult> RunAsync(EcsRun run, CancellationToken cancellationToken)
    {
        var units = RegisteredUnit.Read(run.Context.Undo);
        for (var i = 0; i < run.Inputs.Units.Count; i++)
        {
            if (units.ElementAtOrDefault(i) is { Definition: not null }) continue;
            if (await NextAsync(run, units, cancellationToken) is not { } next)
                return new StepResult.Failed($"{run.Inputs.Units[i].Title} is gone, or runs no task definition any more; look into ECS, then deploy again");
            units = [.. units.Take(i), next];
            // The others may wait for long, and this one is not looked for again.
            if (i + 1 < run.Inputs.Units.Count) await NoteAsync(run, units, cancellationToken);
        }

        var outputs = RegisteredUnit.ToJson(units);
        outputs[Definitions] = Settings.ToJson(units.Select(unit => unit.Definition!));
        return new StepResult.Done(outputs);
    }

    /// <returns>Null where it has nothing that a revision could be made of.</returns>
    private async Task<RegisteredUnit?> NextAsync(EcsRun run, IReadOnlyList<RegisteredUnit> units, CancellationToken cancellationToken)
    {
        var index = units.Count(unit => unit.Definition is not null);
        // An attempt before this one was about to register it: it stays with what it read, else it would take what came meanwhile for what it built on.
        var from = units.ElementAtOrDefault(index)?.Base;
        if (from is null && index > 0)
        {
            from = await BaseAsync(run, index, cancellationToken);
            // A service and its scheduled task often share one definition: then they share the new revision too.
            if (units.Where((unit, i) => unit.Base == from && IsSame(run.Inputs.Units[i], run.Inputs.Units[index])).FirstOrDefault() is { } same) return same;
        }

        // Whoever waits here for its first has not asked anything yet, and asks nothing while it waits. A rollback seldom registers, and goes first where it does.
        if (!run.IsRollback) await limits.HoldAsync(run.For(index), AwsService.Ecs, Register, cancellationToken);
        from ??= await BaseAsync(run, index, cancellationToken);
        if (from is null || await ecs.FindTaskDefinitionAsync(run.Patient, from, cancellationToken) is not { } running) return null;
        return new RegisteredUnit(from, await FindOrRegisterAsync(run, units, (index, from), running, cancellationToken));
    }

    /// <summary>What the new revision is made of: what runs, or in a rollback what ran before.</summary>
    private async Task<string?> BaseAsync(EcsRun run, int index, CancellationToken cancellationToken)
    {
        if (run.IsRollback && run.Before.ElementAtOrDefault(index)?.Definition is { } before) return before;
        var unit = run.Inputs.Units[index];
        if (unit.IsRule) return EventsClient.DefinitionOf(await events.TargetsAsync(run.Patient, unit.Name, unit.Place, cancellationToken));
        return await looks.ServiceAsync(run.Scope, unit.Cluster, unit.Name, cancellationToken) is { } service ? ServiceReading.Running(service) : null;
    }

    private async Task<string> FindOrRegisterAsync(EcsRun run, IReadOnlyList<RegisteredUnit> units, (int Index, string From) next, TaskDefinition running, CancellationToken cancellationToken)
    {
        var (index, from) = next;
        var unit = run.Inputs.Units[index];
        if (Kept(run, index, from, running) is { } why)
        {
            run.Context.Log($"{unit.Title}: {why}");
            limits.GiveBack(run.For(index), AwsService.Ecs, Register);
            return running.Arn;
        }

        var request = Registration.Of(running.Document, run.Inputs.ChangesOf(unit));
        var mark = DeploymentTags.MarkOf(run, index);
        var newest = await ecs.FindTaskDefinitionAsync(run.Patient, request.Text("family") ?? running.Family, cancellationToken);
        if (newest?.Tag(DeploymentTags.Deployment) == mark)
        {
            limits.GiveBack(run.For(index), AwsService.Ecs, Register);
            return newest.Arn;
        }

        request["tags"] = Registration.Tags(running.Tags, run.Inputs.Template, DeploymentTags.Of(run, mark));
        if (units.Count <= index) await NoteAsync(run, [.. units, new RegisteredUnit(from, null)], cancellationToken);
        await run.Context.EnsureOwnedAsync(cancellationToken);
        var arn = await ecs.RegisterAsync(run.For(index), request, cancellationToken);
        run.Context.Log($"{unit.Title}: registered {AwsDocument.Tail(arn)}, {string.Join(", ", unit.Images.Select(i => $"{i.Key} = {i.Value}"))}");
        return arn;
    }

    /// <summary>Why nothing is registered, in words; null where something is.</summary>
    private static string? Kept(EcsRun run, int index, string from, TaskDefinition running)
    {
        var unit = run.Inputs.Units[index];
        if (run.Inputs.Undoes && run.Before.Count == 0) return $"was not changed, and runs {AwsDocument.Tail(running.Arn)}";
        if (run.IsRollback && running.IsActive && running.Carries(unit.Images)) return $"goes back to {AwsDocument.Tail(running.Arn)}";
        // It was not changed by us, and what somebody else deployed to it meanwhile is theirs.
        if (run.IsRollback && run.Before.Count == 0 && run.Bases.ElementAtOrDefault(index) is { } made && made != from)
            return $"was not changed, and is left at {AwsDocument.Tail(running.Arn)}, to which somebody else pointed it";
        var same = new DefinitionChanges(new Dictionary<string, string>(StringComparer.Ordinal));
        return running.IsActive && JsonNode.DeepEquals(Registration.Of(running.Document, run.Inputs.ChangesOf(unit)), Registration.Of(running.Document, same))
            ? $"{AwsDocument.Tail(running.Arn)} is the same; nothing to register"
            : null;
    }

    private static bool IsSame(EcsUnit one, EcsUnit other) => one.Images.Count == other.Images.Count && one.Images.All(image => other.Images.GetValueOrDefault(image.Key) == image.Value);

    private static Task NoteAsync(EcsRun run, IReadOnlyList<RegisteredUnit> units, CancellationToken cancellationToken) =>
        run.Context.RecordUndoAsync(RegisteredUnit.ToJson(units), cancellationToken);
}

/// <summary>How far a unit's registration is.</summary>
/// <param name="Base">The revision that it is made of: what the unit ran when that was read.</param>
/// <param name="Definition">The revision that it is to run; null while it is being registered.</param>
internal sealed record RegisteredUnit(string Base, string? Definition)
{
    private const string Units = "units";

    /// <summary>As the step left it, or as far as it came.</summary>
    public static IReadOnlyList<RegisteredUnit> Of(StepRecord? record) => Read(record?.Outputs ?? record?.Undo);

    public static IReadOnlyList<RegisteredUnit> Read(JsonObject? noted) =>
        noted?[Units] is JsonArray units ? [.. units.OfType<JsonObject>().Select(unit => new RegisteredUnit(Settings.RequiredText(unit, "base"), Settings.Text(unit, "definition")))] : [];

    public static JsonObject ToJson(IEnumerable<RegisteredUnit> units) =>
        new() { [Units] = new JsonArray([.. units.Select(unit => new JsonObject { ["base"] = unit.Base, ["definition"] = unit.Definition })]) };
}

/// <summary>The tags that say which deployment registered a revision.</summary>
internal static class DeploymentTags
{
    public const string Deployment = "towpath:deployment";

    /// <summary>Tells the revisions of one deployment apart, by direction and unit: by its place in the plan, since names may be long, and the same in two clusters.</summary>
    public static string MarkOf(EcsRun run, int unit) => $"{run.Context.Deployment.Id}/{(run.IsRollback ? "rollback" : "deploy")}/{unit + 1}";

    public static IReadOnlyDictionary<string, string> Of(EcsRun run, string mark) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["towpath:application"] = run.Inputs.Key.Application,
        ["towpath:environment"] = run.Inputs.Key.Environment,
        ["towpath:version"] = run.Inputs.Version,
        [Deployment] = mark,
    };
}
