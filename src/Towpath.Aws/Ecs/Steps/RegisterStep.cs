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
/// Finds or registers the revision that each unit is to run. It carries the deployment's id in a tag, so that an attempt after a kill finds what the
/// one before it registered.
/// </summary>
internal sealed class RegisterStep(EcsClient ecs, EcsLooks looks, EventsClient events, ApiLimits limits) : EcsStep
{
    public const string Name = "ecs.register";

    /// <summary>The output: ARNs in the order of the units.</summary>
    public const string Definitions = "definitions";

    public override string Kind => Name;

    // Registrations are limited to one a second: hundreds of deployments stand in line for them.
    public override StepPolicy Policy => new(TimeSpan.FromHours(6));

    protected override async Task<StepResult> RunAsync(EcsRun run, CancellationToken cancellationToken)
    {
        // Whoever waits here has not asked anything yet, and asks nothing while it waits. A rollback seldom registers, and goes first where it does.
        for (var i = 0; i < run.Inputs.Units.Count && !run.IsRollback; i++)
            await limits.HoldAsync(run.For(i), AwsService.Ecs, "RegisterTaskDefinition", cancellationToken);
        var definitions = new List<string>();
        var made = new Dictionary<(string Base, string Images), string>();
        for (var i = 0; i < run.Inputs.Units.Count; i++)
        {
            var unit = run.Inputs.Units[i];
            if (await BaseAsync(run, i, cancellationToken) is not { } running)
                return new StepResult.Failed($"{unit.Title} is gone, or runs no task definition any more; look into ECS, then deploy again");
            // A service and its scheduled task often share one definition: then they share the new revision too.
            var key = (running.Arn, Settings.ToJson(unit.Images.OrderBy(image => image.Key, StringComparer.Ordinal)).ToJsonString());
            if (!made.TryGetValue(key, out var arn)) made[key] = arn = await FindOrRegisterAsync(run, i, running, cancellationToken);
            definitions.Add(arn);
        }

        return new StepResult.Done(new JsonObject { [Definitions] = Settings.ToJson(definitions) });
    }

    /// <summary>What the new revision is made of: what runs, or in a rollback what ran before.</summary>
    private async Task<TaskDefinition?> BaseAsync(EcsRun run, int index, CancellationToken cancellationToken)
    {
        var unit = run.Inputs.Units[index];
        var arn = run.IsRollback && run.Before.ElementAtOrDefault(index)?.Definition is { } before ? before
            : unit.IsRule ? EventsClient.DefinitionOf(await events.TargetsAsync(run.Patient, unit.Name, unit.Place, cancellationToken))
            : (await looks.ServiceAsync(run.Scope, unit.Cluster, unit.Name, cancellationToken))?.Text("taskDefinition");
        return arn is null ? null : await ecs.FindTaskDefinitionAsync(run.Patient, arn, cancellationToken);
    }

    private async Task<string> FindOrRegisterAsync(EcsRun run, int index, TaskDefinition running, CancellationToken cancellationToken)
    {
        var unit = run.Inputs.Units[index];
        if (run.IsRollback && running.IsActive && running.Carries(unit.Images))
        {
            run.Context.Log($"{unit.Title}: goes back to {AwsDocument.Tail(running.Arn)}");
            return running.Arn;
        }

        var next = Registration.Of(running.Document, run.Inputs.ChangesOf(unit));
        if (running.IsActive && JsonNode.DeepEquals(next, Registration.Of(running.Document, new DefinitionChanges(new Dictionary<string, string>(StringComparer.Ordinal)))))
        {
            run.Context.Log($"{unit.Title}: {AwsDocument.Tail(running.Arn)} is the same; nothing to register");
            return running.Arn;
        }

        var mark = DeploymentTags.MarkOf(run, unit);
        var newest = await ecs.FindTaskDefinitionAsync(run.Patient, next.Text("family") ?? running.Family, cancellationToken);
        if (newest?.Tag(DeploymentTags.Deployment) == mark) return newest.Arn;
        next["tags"] = Registration.Tags(running.Tags, run.Inputs.Template, DeploymentTags.Of(run, mark));
        await run.Context.EnsureOwnedAsync(cancellationToken);
        var arn = await ecs.RegisterAsync(run.For(index), next, cancellationToken);
        run.Context.Log($"{unit.Title}: registered {AwsDocument.Tail(arn)}, {string.Join(", ", unit.Images.Select(i => $"{i.Key} = {i.Value}"))}");
        return arn;
    }
}

/// <summary>The tags that say which deployment registered a revision.</summary>
internal static class DeploymentTags
{
    public const string Deployment = "towpath:deployment";

    /// <summary>Tells the revisions of one deployment apart, by direction and unit.</summary>
    public static string MarkOf(EcsRun run, EcsUnit unit) => $"{run.Context.Deployment.Id}/{(run.IsRollback ? "rollback" : "deploy")}/{unit.Name}";

    public static IReadOnlyDictionary<string, string> Of(EcsRun run, string mark) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["towpath:application"] = run.Inputs.Key.Application,
        ["towpath:environment"] = run.Inputs.Key.Environment,
        ["towpath:version"] = run.Inputs.Version,
        [Deployment] = mark,
    };
}
