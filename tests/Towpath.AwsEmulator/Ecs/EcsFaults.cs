using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Ecs;

/// <summary>ECS's errors in its own words.</summary>
internal static class EcsFaults
{
    public static AwsFault ClusterNotFound() => new("ClusterNotFoundException", "Cluster not found.");

    public static AwsFault ServiceNotFound() => new("ServiceNotFoundException", "Service not found.");

    public static AwsFault ServiceNotActive() => new("ServiceNotActiveException", "Service was not ACTIVE.");

    public static AwsFault ServiceDeploymentNotFound() => new("ServiceDeploymentNotFoundException", "Service deployment not found.");

    public static AwsFault Client(string message) => new("ClientException", message);

    public static AwsFault Invalid(string message) => new("InvalidParameterException", message);

    public static AwsFault Conflict(string message) => new("ConflictException", message);
}
