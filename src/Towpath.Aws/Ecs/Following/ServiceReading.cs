using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs.Following;

/// <summary>Reads what DescribeServices says of a service.</summary>
internal static class ServiceReading
{
    public static JsonObject? Primary(JsonObject service) => service.Items("deployments").FirstOrDefault(d => d.Text("status") == "PRIMARY");

    /// <summary>The revision that it was told to run.</summary>
    public static string? Running(JsonObject service) => Primary(service)?.Text("taskDefinition") ?? service.Text("taskDefinition");

    public static JsonObject? Of(JsonObject service, string definition) => service.Items("deployments").FirstOrDefault(d => d.Text("taskDefinition") == definition);

    /// <summary>All tasks run, and no older deployment has any left.</summary>
    public static bool IsSteady(JsonObject service) =>
        Primary(service) is { } primary && primary.Text("rolloutState") switch
        {
            "COMPLETED" => true,
            // Controllers other than ECS's own tell no state.
            null => primary.Number("runningCount") == primary.Number("desiredCount") && service.Items("deployments").Count() == 1,
            _ => false,
        };

    /// <summary>What it said of a deployment that failed, such as <c>deployment failed: tasks failed to start.</c></summary>
    public static string? FailureSince(JsonObject service, DateTimeOffset? since) =>
        EventsSince(service, since).FirstOrDefault(said => said.Contains(Failed, StringComparison.Ordinal)) is { } failed ? failed[failed.IndexOf(Failed, StringComparison.Ordinal)..].TrimEnd('.') : null;

    private const string Failed = "deployment failed";

    /// <summary>What it said since an instant, newest first.</summary>
    public static IEnumerable<string> EventsSince(JsonObject service, DateTimeOffset? since) =>
        service.Items("events").Where(e => since is null || e.Instant("createdAt") is null || e.Instant("createdAt") >= since).Select(e => e.Text("message")).OfType<string>();
}
