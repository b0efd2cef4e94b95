using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Services;

/// <summary>A service as DescribeServices, CreateService and UpdateService write it.</summary>
internal static class ServiceView
{
    public static JsonObject Of(EcsService service, bool withTags)
    {
        var primary = service.Deployments.FirstOrDefault();
        var result = Json.Object(
            ("serviceArn", service.Arn),
            ("serviceName", service.Name),
            ("clusterArn", service.Cluster.Arn),
            ("status", service.Status),
            ("desiredCount", service.DesiredCount),
            ("runningCount", service.Deployments.Sum(deployment => deployment.RunningCount)),
            ("pendingCount", service.Deployments.Sum(deployment => deployment.PendingCount)),
            ("platformFamily", service.LaunchType == "FARGATE" ? "Linux" : null),
            ("taskDefinition", primary?.Revision.Definition.Arn),
            ("taskSets", null),
            ("deployments", Json.Array(service.Deployments.Select(DeploymentView.Of))),
            ("events", Json.Array(service.Events.Select(said => Json.Object(
                ("id", said.Id), ("createdAt", Json.Epoch(said.At)), ("message", said.Message))))),
            ("createdAt", Json.Epoch(service.CreatedAt)),
            ("createdBy", service.CreatedBy),
            ("currentServiceDeployment", service.History.FirstOrDefault()?.Arn),
            ("currentServiceRevisions", Json.Array(service.Deployments.Select(Current))),
            ("tags", withTags ? service.Tags.Written : null));
        foreach (var (name, value) in service.Settings) result[name] = value?.DeepClone();
        return result;
    }

    private static JsonObject Current(Deployment deployment) => Json.Object(
        ("arn", deployment.Revision.Arn),
        ("requestedTaskCount", deployment.DesiredCount),
        ("runningTaskCount", deployment.RunningCount),
        ("pendingTaskCount", deployment.PendingCount));
}
