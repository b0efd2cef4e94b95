using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>ECR's errors in its own words.</summary>
internal static class EcrFaults
{
    public static AwsFault RepositoryNotFound(Region region, string name) => new(
        "RepositoryNotFoundException", $"The repository with name '{name}' does not exist in the registry with id '{region.Account}'");

    public static AwsFault Invalid(string message) => new("InvalidParameterException", $"Invalid parameter at {message}");

    public static AwsFault NoLifecyclePolicy(Repository repository) => new(
        "LifecyclePolicyNotFoundException",
        $"Lifecycle policy does not exist for the repository with name '{repository.Name}' in the registry with id '{repository.Registry.Region.Account}'");

    /// <summary>The repository that a call names. A registry of another account is looked into as AWS does: it is a place of its own.</summary>
    public static Repository Repository(Region region, JsonObject input)
    {
        var name = input.Text("repositoryName") ?? throw Invalid("'repositoryName' failed to satisfy constraint: 'must not be null'");
        var registry = input.Text("registryId") is { } account && account != region.Account ? region.Estate.In(account, region.Name) : region;
        return registry.Ecr.Find(name) ?? throw RepositoryNotFound(registry, name);
    }
}
