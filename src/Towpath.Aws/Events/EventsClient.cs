using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Events;

/// <summary>Rules of Amazon EventBridge and the ECS tasks that they start (Amazon EventBridge API Reference).</summary>
internal sealed class EventsClient(AwsCaller caller)
{
    /// <returns>Null where there is no such rule.</returns>
    public async Task<IReadOnlyList<JsonObject>?> TargetsAsync(AwsScope scope, string rule, string? bus, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await CallAsync(scope, "ListTargetsByRule", Input(rule, bus), cancellationToken)).Items("Targets")];
        }
        catch (AwsException e) when (e.Code == "ResourceNotFoundException")
        {
            return null;
        }
    }

    /// <summary>Writes targets over those that have the same ids.</summary>
    /// <exception cref="AwsException">One of them was not taken.</exception>
    public async Task PutTargetsAsync(AwsScope scope, string rule, string? bus, IEnumerable<JsonObject> targets, CancellationToken cancellationToken)
    {
        var input = Input(rule, bus);
        input["Targets"] = new JsonArray([.. targets.Select(target => target.DeepClone())]);
        var answer = await CallAsync(scope, "PutTargets", input, cancellationToken);
        if (answer.Items("FailedEntries").FirstOrDefault() is { } failed)
            throw new AwsException(new AwsFailure("events", "PutTargets", 200, failed.Text("ErrorCode") ?? "FailedEntry", failed.Text("ErrorMessage") ?? ""));
    }

    /// <summary>The targets that start a task of ECS.</summary>
    public static IEnumerable<JsonObject> EcsTargetsOf(IEnumerable<JsonObject>? targets) => (targets ?? []).Where(target => target.Member("EcsParameters") is not null);

    /// <summary>The task definition that a rule starts.</summary>
    public static string? DefinitionOf(IEnumerable<JsonObject>? targets) => EcsTargetsOf(targets).FirstOrDefault()?.Member("EcsParameters")?.Text("TaskDefinitionArn");

    private static JsonObject Input(string rule, string? bus)
    {
        var input = new JsonObject { ["Rule"] = rule };
        if (bus is not null) input["EventBusName"] = bus;
        return input;
    }

    private Task<JsonObject> CallAsync(AwsScope scope, string operation, JsonObject input, CancellationToken cancellationToken) =>
        caller.CallAsync(scope, new AwsJson.JsonOperation(AwsService.Events, "AWSEvents", operation), input, cancellationToken);
}
