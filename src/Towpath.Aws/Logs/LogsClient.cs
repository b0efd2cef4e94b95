using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Logs;

/// <summary>Reads CloudWatch Logs (Amazon CloudWatch Logs API Reference).</summary>
public sealed class LogsClient(AwsCaller caller)
{
    /// <summary>The last lines of a stream, oldest first; empty where there is no such group or stream.</summary>
    public async Task<IReadOnlyList<string>> TailAsync(AwsScope scope, string group, string stream, int lines, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await CallAsync(
                scope, "GetLogEvents", new JsonObject { ["logGroupName"] = group, ["logStreamName"] = stream, ["limit"] = lines, ["startFromHead"] = false }, cancellationToken);
            return [.. answer.Items("events").Select(e => e.Text("message")?.TrimEnd()).OfType<string>()];
        }
        catch (AwsException e) when (e.Code == "ResourceNotFoundException")
        {
            return [];
        }
    }

    public async Task<bool> GroupExistsAsync(AwsScope scope, string group, CancellationToken cancellationToken) =>
        (await CallAsync(scope, "DescribeLogGroups", new JsonObject { ["logGroupNamePrefix"] = group }, cancellationToken)).Items("logGroups").Any(g => g.Text("logGroupName") == group);

    private Task<JsonObject> CallAsync(AwsScope scope, string operation, JsonObject input, CancellationToken cancellationToken) =>
        caller.CallAsync(scope, new AwsJson.JsonOperation(AwsService.Logs, "Logs_20140328", operation), input, cancellationToken);
}
