using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs;

/// <summary>
/// Calls of Amazon ECS (Amazon ECS API Reference, version 2014-11-13). Documents stay as AWS sends them, so that nothing that it adds gets lost.
/// </summary>
internal sealed class EcsClient(AwsCaller caller)
{
    /// <summary>DescribeServices takes ten services at most.</summary>
    public const int MostServices = 10;

    /// <summary>DescribeServiceDeployments and DescribeServiceRevisions take twenty at most.</summary>
    public const int MostDeployments = 20;

    public async Task<IReadOnlyList<JsonObject>> DescribeServicesAsync(AwsScope scope, string cluster, IEnumerable<string> services, CancellationToken cancellationToken) =>
        [.. (await CallAsync(scope, "DescribeServices", new JsonObject { ["cluster"] = cluster, ["services"] = Texts(services) }, cancellationToken)).Items("services")];

    /// <summary>A revision with its tags; a family alone means its newest active revision.</summary>
    /// <returns>Null where there is none.</returns>
    public async Task<TaskDefinitions.TaskDefinition?> FindTaskDefinitionAsync(AwsScope scope, string arnOrFamily, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await CallAsync(scope, "DescribeTaskDefinition", new JsonObject { ["taskDefinition"] = arnOrFamily, ["include"] = new JsonArray("TAGS") }, cancellationToken);
            return answer.Member("taskDefinition") is { } document ? new TaskDefinitions.TaskDefinition(document, [.. answer.Items("tags")]) : null;
        }
        catch (AwsException e) when (e.Code == "ClientException" && e.Failure.Message.Contains("Unable to describe", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <returns>The ARN of the new revision.</returns>
    public async Task<string> RegisterAsync(AwsScope scope, JsonObject request, CancellationToken cancellationToken) =>
        (await CallAsync(scope, "RegisterTaskDefinition", request, cancellationToken)).Member("taskDefinition")?.Text("taskDefinitionArn")
        ?? throw new AwsException(new AwsFailure("ecs", "RegisterTaskDefinition", 200, "UnreadableAnswer", "the answer names no task definition"));

    /// <summary>Points a service to a revision. The number of tasks is not named: scaling is somebody else's.</summary>
    public async Task<JsonObject> UpdateServiceAsync(AwsScope scope, string cluster, string service, string definition, bool force, CancellationToken cancellationToken)
    {
        var input = new JsonObject { ["cluster"] = cluster, ["service"] = service, ["taskDefinition"] = definition };
        if (force) input["forceNewDeployment"] = true;
        return (await CallAsync(scope, "UpdateService", input, cancellationToken)).Member("service") ?? [];
    }

    /// <summary>The service's newest deployments, in short, newest first.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListServiceDeploymentsAsync(AwsScope scope, string cluster, string service, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(scope, "ListServiceDeployments", new JsonObject { ["cluster"] = cluster, ["service"] = service, ["maxResults"] = MostDeployments }, cancellationToken);
        return [.. answer.Items("serviceDeployments").OrderByDescending(d => d.Instant("createdAt"))];
    }

    public async Task<IReadOnlyList<JsonObject>> DescribeServiceDeploymentsAsync(AwsScope scope, IEnumerable<string> arns, CancellationToken cancellationToken) =>
        [.. (await CallAsync(scope, "DescribeServiceDeployments", new JsonObject { ["serviceDeploymentArns"] = Texts(arns) }, cancellationToken)).Items("serviceDeployments")];

    public async Task<IReadOnlyList<JsonObject>> DescribeServiceRevisionsAsync(AwsScope scope, IEnumerable<string> arns, CancellationToken cancellationToken) =>
        [.. (await CallAsync(scope, "DescribeServiceRevisions", new JsonObject { ["serviceRevisionArns"] = Texts(arns) }, cancellationToken)).Items("serviceRevisions")];

    /// <summary>Stops a deployment of a service, which goes back to the revision before.</summary>
    public Task StopServiceDeploymentAsync(AwsScope scope, string arn, CancellationToken cancellationToken) =>
        CallAsync(scope, "StopServiceDeployment", new JsonObject { ["serviceDeploymentArn"] = arn, ["stopType"] = "ROLLBACK" }, cancellationToken);

    public async Task<IReadOnlyList<JsonObject>> DescribeTasksAsync(AwsScope scope, string cluster, IReadOnlyList<string> arns, CancellationToken cancellationToken) =>
        arns.Count == 0 ? [] : [.. (await CallAsync(scope, "DescribeTasks", new JsonObject { ["cluster"] = cluster, ["tasks"] = Texts(arns) }, cancellationToken)).Items("tasks")];

    /// <param name="scope">Where, and on whose behalf.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="service">Whose tasks.</param>
    /// <param name="stopped">Those that stopped within the last hour, or those that run.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<string>> ListTasksAsync(AwsScope scope, string cluster, string service, bool stopped, CancellationToken cancellationToken) =>
        (await CallAsync(scope, "ListTasks", new JsonObject { ["cluster"] = cluster, ["serviceName"] = service, ["desiredStatus"] = stopped ? "STOPPED" : "RUNNING" }, cancellationToken)).Texts("taskArns");

    public Task StopTaskAsync(AwsScope scope, string cluster, string arn, string reason, CancellationToken cancellationToken) =>
        CallAsync(scope, "StopTask", new JsonObject { ["cluster"] = cluster, ["task"] = arn, ["reason"] = reason }, cancellationToken);

    /// <summary>Starts a task. The same client token starts none again.</summary>
    public Task<JsonObject> RunTaskAsync(AwsScope scope, JsonObject request, CancellationToken cancellationToken) => CallAsync(scope, "RunTask", request, cancellationToken);

    private Task<JsonObject> CallAsync(AwsScope scope, string operation, JsonObject input, CancellationToken cancellationToken) =>
        caller.CallAsync(scope, new AwsJson.JsonOperation(AwsService.Ecs, "AmazonEC2ContainerServiceV20141113", operation), input, cancellationToken);

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
