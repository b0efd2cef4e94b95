using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>The parameters of Systems Manager that containers get as secrets. Those of Secrets Manager are taken to be there.</summary>
internal static class TaskSecrets
{
    /// <summary>The first one that is not there.</summary>
    public static string? Missing(EcsTask task) => task.Containers
        .SelectMany(container => container.Definition.Items("secrets")).Select(secret => secret.Text("valueFrom") ?? "")
        .FirstOrDefault(from => !IsThere(task.Cluster.Region, from));

    private static bool IsThere(Region region, string from)
    {
        if (!from.StartsWith("arn:", StringComparison.Ordinal)) return region.Estate.HasParameter(region.Account, region.Name, from);
        if (from.Split(':', 6) is not ["arn", _, "ssm", var place, var account, var resource]) return true;
        var name = resource["parameter".Length..];
        return region.Estate.HasParameter(account, place, name) || region.Estate.HasParameter(account, place, name.TrimStart('/'));
    }
}
