using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Steps;

/// <summary>
/// Runs a task once with the new revision, as the service would run it: network, launch type and capacity providers are the service's. In a rollback it
/// runs the other command, with the same revision: the one that knows how to undo.
/// </summary>
internal sealed class MigrateStep(EcsClient ecs, EcsLooks looks, TaskLogs logs, TimeProvider time) : EcsStep
{
    public const string Name = "ecs.migrate";

    private static readonly string[] AsTheService = ["networkConfiguration", "capacityProviderStrategy", "launchType", "platformVersion", "placementConstraints", "placementStrategy", "propagateTags"];

    private const string TookTooLong = "Towpath: the migration took longer than its timeout";

    /// <summary>How long a task may take to stop: longer than ECS gives it before it kills.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public override string Kind => Name;

    // `timeout` of the spec ends it.
    public override StepPolicy Policy => new(TimeSpan.FromDays(2));

    protected override async Task<StepResult> RunAsync(EcsRun run, CancellationToken cancellationToken)
    {
        var migration = run.Inputs.Migration ?? throw new InvalidOperationException("a migration is planned with its commands");
        var unit = run.Inputs.Services.First();
        // Nothing was migrated, so that there is nothing to undo.
        if (run.IsRollback && run.RecordOf(Name, rollback: false) is not { StartedAt: not null }) return new StepResult.Done();
        var definition = Settings.List(run.RecordOf(RegisterStep.Name, rollback: false)?.Outputs ?? [], RegisterStep.Definitions)[run.Inputs.Units.ToList().IndexOf(unit)];
        var arn = run.Context.Undo?.Text("task");
        if (arn is null)
        {
            if (await StartAsync(run, unit, migration, definition, cancellationToken) is var (started, problem) && problem is not null) return problem;
            await run.Context.RecordUndoAsync(new JsonObject { ["task"] = started }, cancellationToken);
            return new StepResult.Running(Pace.After(TimeSpan.Zero), $"task {AwsDocument.Tail(started!)} was started");
        }

        return await LookAsync(run, unit, migration, definition, arn, cancellationToken);
    }

    private async Task<(string? Arn, StepResult? Problem)> StartAsync(EcsRun run, EcsUnit unit, MigrationSettings migration, string definition, CancellationToken cancellationToken)
    {
        if (await looks.ServiceAsync(run.Scope, unit.Cluster, unit.Name, cancellationToken) is not { } service)
            return (null, new StepResult.Failed($"there is no {unit.Title} in the cluster {unit.Cluster} any more"));
        var command = run.IsRollback ? migration.Rollback : migration.Command;
        await run.Context.EnsureOwnedAsync(cancellationToken);
        var answer = await ecs.RunTaskAsync(run.Scope, Request(run, unit, service, definition, ContainerOf(unit, migration), command), cancellationToken);
        if (answer.Items("tasks").FirstOrDefault()?.Text("taskArn") is { } arn)
        {
            run.Context.Log($"task {AwsDocument.Tail(arn)} runs {string.Join(' ', command)}");
            return (arn, null);
        }

        var failure = answer.Items("failures").FirstOrDefault();
        return (null, new StepResult.Failed($"ECS could not place the migration's task: {failure?.Text("reason") ?? "it gives no reason"}{(failure?.Text("detail") is { } detail ? $" ({detail})" : "")}"));
    }

    private static JsonObject Request(EcsRun run, EcsUnit unit, JsonObject service, string definition, string container, IReadOnlyList<string> command)
    {
        var request = new JsonObject
        {
            ["cluster"] = unit.Cluster,
            ["taskDefinition"] = definition,
            ["count"] = 1,
            // The same token starts one task, however often it is asked.
            ["clientToken"] = run.Context.IdempotencyToken,
            ["startedBy"] = "towpath",
            ["overrides"] = new JsonObject { ["containerOverrides"] = new JsonArray(new JsonObject { ["name"] = container, ["command"] = Settings.ToJson(command) }) },
        };
        foreach (var name in AsTheService)
            if (service[name] is { } value and not JsonArray { Count: 0 }) request[name] = value.DeepClone();
        // ECS refuses a launch type beside capacity providers, and a service shows both.
        if (request.ContainsKey("capacityProviderStrategy")) request.Remove("launchType");
        if (request.Text("propagateTags") is "NONE" or "SERVICE") request.Remove("propagateTags");
        return request;
    }

    private async Task<StepResult> LookAsync(EcsRun run, EcsUnit unit, MigrationSettings migration, string definition, string arn, CancellationToken cancellationToken)
    {
        var elapsed = time.GetUtcNow() - run.Context.StartedAt;
        var task = await ecs.DescribeTasksAsync(run.Scope, unit.Cluster, [arn], cancellationToken) is [var found, ..] ? found : null;
        if (task?.Text("lastStatus") != "STOPPED")
            return elapsed > migration.Timeout
                ? await StopAsync(run, unit, arn, elapsed - migration.Timeout, cancellationToken)
                : new StepResult.Running(Pace.After(elapsed), $"task {AwsDocument.Tail(arn)} is {task?.Text("lastStatus")?.ToLowerInvariant() ?? "not shown by ECS yet"}");
        var container = ContainerOf(unit, migration);
        var last = await TellLogAsync(run, definition, container, arn, cancellationToken);
        var ended = task.Items("containers").FirstOrDefault(c => c.Text("name") == container);
        if (ended?.Number("exitCode") == 0)
            return new StepResult.Done(run.IsRollback ? new JsonObject { [Core.Deployments.Words.PutBackOutput] = new JsonArray("the migration, by its rollback command") } : null);
        if (task.Text("stoppedReason") == TookTooLong)
            return new StepResult.Failed($"the migration did not end within {Words(migration.Timeout)}, and its task was stopped{(last is null ? "" : $"; its last line: {last}")}");
        return new StepResult.Failed($"the migration failed: {StoppedTask.Why(task)}{(last is null ? "" : $"; its last line: {last}")}");
    }

    /// <summary>Nothing may undo a migration that still runs, so that it is stopped first.</summary>
    private async Task<StepResult> StopAsync(EcsRun run, EcsUnit unit, string arn, TimeSpan late, CancellationToken cancellationToken)
    {
        if (late > Patience) return new StepResult.Failed($"the migration did not end in time, and its task {AwsDocument.Tail(arn)} does not stop; look at it in ECS");
        await run.Context.EnsureOwnedAsync(cancellationToken);
        await ecs.StopTaskAsync(run.Scope, unit.Cluster, arn, TookTooLong, cancellationToken);
        return new StepResult.Running(Pace.After(late), $"task {AwsDocument.Tail(arn)} took too long and is being stopped");
    }

    private static string Words(TimeSpan timeout) => timeout.TotalMinutes >= 2 ? $"{timeout.TotalMinutes:0.#} minutes" : $"{timeout.TotalSeconds:0} seconds";

    private async Task<string?> TellLogAsync(EcsRun run, string definition, string container, string arn, CancellationToken cancellationToken)
    {
        try
        {
            if (await ecs.FindTaskDefinitionAsync(run.Patient, definition, cancellationToken) is not { } registered) return null;
            var lines = await logs.TailAsync(run.Patient, registered.Document, container, arn, cancellationToken);
            foreach (var line in lines) run.Context.Log($"{container}: {line}");
            return lines.Count == 0 ? null : lines[^1];
        }
        catch (AwsException e)
        {
            run.Context.Log($"its log cannot be read: {e.Failure}");
            return null;
        }
    }

    private static string ContainerOf(EcsUnit unit, MigrationSettings migration) => migration.Container ?? unit.Images.Keys.First();
}
