using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Deployments;

/// <summary>Deployments and revisions as the API writes them.</summary>
internal static class DeploymentView
{
    public static JsonObject Of(Deployment deployment)
    {
        var settings = deployment.Revision.Settings;
        return Json.Object(
            ("id", deployment.Id),
            ("status", deployment.Status),
            ("taskDefinition", deployment.Revision.Definition.Arn),
            ("desiredCount", deployment.DesiredCount),
            ("pendingCount", deployment.PendingCount),
            ("runningCount", deployment.RunningCount),
            ("failedTasks", deployment.FailedTasks),
            ("createdAt", Json.Epoch(deployment.CreatedAt)),
            ("updatedAt", Json.Epoch(deployment.UpdatedAt)),
            ("capacityProviderStrategy", settings["capacityProviderStrategy"]),
            ("launchType", settings["launchType"]),
            ("platformVersion", settings["platformVersion"]),
            ("platformFamily", settings.Text("launchType") == "FARGATE" ? "Linux" : null),
            ("networkConfiguration", settings["networkConfiguration"]),
            ("rolloutState", deployment.RolloutState),
            ("rolloutStateReason", deployment.RolloutStateReason),
            ("serviceConnectConfiguration", settings["serviceConnectConfiguration"]),
            ("volumeConfigurations", settings["volumeConfigurations"]));
    }

    public static JsonObject Brief(ServiceDeployment deployment) => Json.Object(
        ("serviceDeploymentArn", deployment.Arn),
        ("serviceArn", deployment.Service.Arn),
        ("clusterArn", deployment.Service.Cluster.Arn),
        ("startedAt", Json.Epoch(deployment.StartedAt)),
        ("createdAt", Json.Epoch(deployment.CreatedAt)),
        ("finishedAt", Json.Epoch(deployment.FinishedAt)),
        ("targetServiceRevisionArn", deployment.Target.Arn),
        ("status", deployment.Status),
        ("statusReason", deployment.StatusReason));

    public static JsonObject Of(ServiceDeployment deployment) => Json.Object(
        ("serviceDeploymentArn", deployment.Arn),
        ("serviceArn", deployment.Service.Arn),
        ("clusterArn", deployment.Service.Cluster.Arn),
        ("createdAt", Json.Epoch(deployment.CreatedAt)),
        ("startedAt", Json.Epoch(deployment.StartedAt)),
        ("finishedAt", Json.Epoch(deployment.FinishedAt)),
        ("stoppedAt", Json.Epoch(deployment.StoppedAt)),
        ("updatedAt", Json.Epoch(deployment.UpdatedAt)),
        ("sourceServiceRevisions", Json.Array(deployment.Sources.Select(source =>
            Summary(source.Revision, source, 100 - deployment.TestTraffic, 100 - deployment.ProductionTraffic)))),
        ("targetServiceRevision", Summary(
            deployment.Target, deployment.Service.Deployments.FirstOrDefault(each => each.Revision == deployment.Target),
            deployment.TestTraffic, deployment.ProductionTraffic)),
        ("status", deployment.Status),
        ("statusReason", deployment.StatusReason),
        ("lifecycleStage", deployment.Stage),
        ("lifecycleHookDetails", deployment.Hooks.Count == 0 ? null : Json.Array(deployment.Hooks.Select(Of))),
        ("deploymentConfiguration", deployment.Configuration),
        ("rollback", deployment.Rollback is { } rollback ? Of(rollback) : null),
        ("deploymentCircuitBreaker", Json.Object(
            ("status", deployment.BreakerStatus),
            ("failureCount", deployment.FailureCount),
            ("threshold", deployment.Threshold))),
        ("alarms", Json.Object(
            ("status", deployment.AlarmStatus),
            ("alarmNames", Json.Texts(deployment.Alarms?.Strings("alarmNames") ?? [])),
            ("triggeredAlarmNames", Json.Texts(deployment.TriggeredAlarms)))));

    public static JsonObject Of(ServiceRevision revision)
    {
        var result = Json.Object(
            ("serviceRevisionArn", revision.Arn),
            ("serviceArn", revision.Service.Arn),
            ("clusterArn", revision.Service.Cluster.Arn),
            ("taskDefinition", revision.Definition.Arn),
            ("platformFamily", revision.Settings.Text("launchType") == "FARGATE" ? "Linux" : null),
            ("containerImages", revision.Images),
            ("guardDutyEnabled", false),
            ("createdAt", Json.Epoch(revision.CreatedAt)));
        foreach (var (name, value) in revision.Settings) result[name] = value?.DeepClone();
        return result;
    }

    private static JsonObject Summary(ServiceRevision revision, Deployment? deployment, double test, double production) => Json.Object(
        ("arn", revision.Arn),
        ("requestedTaskCount", deployment?.DesiredCount ?? 0),
        ("runningTaskCount", deployment?.RunningCount ?? 0),
        ("pendingTaskCount", deployment?.PendingCount ?? 0),
        ("requestedTestTrafficWeight", test),
        ("requestedProductionTrafficWeight", production));

    private static JsonObject Of(LifecycleHook hook) => Json.Object(
        ("hookId", hook.Id),
        ("targetType", hook.TargetType),
        ("targetArn", hook.TargetArn),
        ("status", hook.Status),
        ("expiresAt", Json.Epoch(hook.ExpiresAt)),
        ("timeoutAction", hook.TimeoutAction));

    private static JsonObject Of(RollbackNote rollback) => Json.Object(
        ("reason", rollback.Reason),
        ("startedAt", Json.Epoch(rollback.StartedAt)),
        ("serviceRevisionArn", rollback.RevisionArn));
}
