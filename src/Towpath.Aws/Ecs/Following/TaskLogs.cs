using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.Logs;

namespace Towpath.Aws.Ecs.Following;

/// <summary>The last lines that a container of a task wrote, where its log driver is <c>awslogs</c> (Amazon ECS Developer Guide, "awslogs log driver").</summary>
internal sealed class TaskLogs(LogsClient logs)
{
    public const int Lines = 20;

    /// <param name="scope">Where, and on whose behalf.</param>
    /// <param name="definition">What the task runs.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="taskArn">The task.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<string>> TailAsync(AwsScope scope, JsonObject definition, string container, string taskArn, CancellationToken cancellationToken)
    {
        var options = TaskDefinition.ContainersOf(definition).FirstOrDefault(c => c.Text("name") == container)?.Member("logConfiguration") is { } log && log.Text("logDriver") == "awslogs" ? log.Member("options") : null;
        if (options?.Text("awslogs-group") is not { } group || options.Text("awslogs-stream-prefix") is not { } prefix) return [];
        var region = options.Text("awslogs-region") ?? scope.Region;
        return await logs.TailAsync(scope with { Region = region }, group, $"{prefix}/{container}/{AwsDocument.Tail(taskArn)}", Lines, cancellationToken);
    }
}
