using Towpath.AwsEmulator.Ecr;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>What must be there for a task to start: its images, its secrets, and its log groups.</summary>
internal static class TaskStart
{
    /// <summary>Why it cannot start, in ECS's words; null when it can. Resolves the digests of its images on the way.</summary>
    public static (string Reason, TaskContainer? Container)? Refused(EcsTask task, TaskScript script)
    {
        if (script.CannotPull is { } words) return ($"CannotPullContainerError: {words}", task.Containers[0]);
        foreach (var container in task.Containers)
        {
            container.Digest = Images.DigestOf(task.Cluster.Region.Estate, container.Image);
            if (container.Digest is null) return ($"CannotPullContainerError: {NotFound(container.Image)}", container);
        }
        if (TaskSecrets.Missing(task) is { } missing) return ($"{NoSecret}{missing}", null);
        var withoutLog = task.Containers.FirstOrDefault(container => !TaskLog.Open(task, container));
        return withoutLog is null ? null : (NoLogGroup, null);
    }

    private static string NotFound(string image) =>
        $"pull image manifest has been retried 7 time(s): failed to resolve ref {image}: {image}: not found";

    private const string NoSecret =
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: "
        + "service call has been retried 1 time(s): invalid ssm parameters: ";

    private const string NoLogGroup =
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: "
        + "ResourceNotFoundException: The specified log group does not exist. : exit status 1";
}
