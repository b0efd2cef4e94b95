using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs.Following;

/// <summary>
/// Finds the deployment of a service that is ours: the newest whose target revision runs our task definition, and that was not there before. Never by time
/// alone, and the PENDING ones count.
/// </summary>
internal sealed class OurDeployment(EcsClient ecs, EcsLooks looks)
{
    /// <param name="scope">Where, and on whose behalf.</param>
    /// <param name="unit">The service.</param>
    /// <param name="definition">Our revision's ARN.</param>
    /// <param name="known">Service deployments that were there before ours.</param>
    /// <param name="hint">The one that ECS named when it was asked to deploy; it may still be the one before.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Its ARN; null where ECS does not show it, which soon after it was made means nothing.</returns>
    public async Task<string?> FindAsync(AwsScope scope, EcsUnit unit, string definition, IReadOnlyList<string> known, string? hint, CancellationToken cancellationToken)
    {
        if (hint is not null && !known.Contains(hint) && await IsOursAsync(scope, hint, definition, cancellationToken)) return hint;
        foreach (var brief in await ecs.ListServiceDeploymentsAsync(scope, unit.Cluster, unit.Name, cancellationToken))
            if (brief.Text("serviceDeploymentArn") is { } arn && !known.Contains(arn)
                && brief.Text("targetServiceRevisionArn") is { } revision && await DefinitionOfAsync(scope, revision, cancellationToken) == definition) return arn;
        return null;
    }

    /// <summary>What a service revision runs.</summary>
    public async Task<string?> DefinitionOfAsync(AwsScope scope, string revision, CancellationToken cancellationToken) =>
        (await looks.ServiceRevisionAsync(scope, revision, cancellationToken))?.Text("taskDefinition");

    private async Task<bool> IsOursAsync(AwsScope scope, string arn, string definition, CancellationToken cancellationToken) =>
        TargetOf(await looks.ServiceDeploymentAsync(scope, arn, cancellationToken)) is { } revision && await DefinitionOfAsync(scope, revision, cancellationToken) == definition;

    public static string? TargetOf(JsonObject? deployment) => deployment?.Member("targetServiceRevision")?.Text("arn");
}
