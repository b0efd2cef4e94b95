using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs.Following;

/// <summary>What is followed: one service's way to one revision.</summary>
/// <param name="Unit">The service.</param>
/// <param name="Definition">Our revision.</param>
/// <param name="Before">The revision before.</param>
/// <param name="Known">Service deployments that were there before ours.</param>
/// <param name="Deployment">Ours, once it is known.</param>
/// <param name="Elapsed">Since it is followed.</param>
/// <param name="Since">When the service was pointed to it.</param>
internal sealed record Followed(EcsUnit Unit, string Definition, string? Before, IReadOnlyList<string> Known, string? Deployment, TimeSpan Elapsed, DateTimeOffset? Since)
{
    /// <summary>How long ECS may not show what it was told: until then, absence means nothing.</summary>
    private static readonly TimeSpan Visible = TimeSpan.FromSeconds(60);

    public bool MayBeInvisible => Elapsed < Visible;
}

/// <summary>
/// Looks at a rollout by its service deployment. Only SUCCESSFUL with our revision as PRIMARY is success; the classic waiter takes a rollback of the
/// circuit breaker for one.
/// </summary>
internal sealed class RolloutLook(EcsClient ecs, EcsLooks looks, OurDeployment ours)
{
    public async Task<Rollout> LookAsync(AwsScope scope, Followed followed, CancellationToken cancellationToken)
    {
        // Nothing had to be deployed, or ECS does not show it yet: the service itself tells.
        if (followed.Deployment is null) return await ByServiceAsync(scope, followed, cancellationToken);
        if (await looks.ServiceDeploymentAsync(scope, followed.Deployment, cancellationToken) is not { } deployment)
            return followed.MayBeInvisible
                ? new Rollout.Going("waits for ECS to show its deployment")
                : await ByServiceAsync(scope, followed, cancellationToken);
        return deployment.Text("status") switch
        {
            "SUCCESSFUL" => await ConfirmAsync(scope, followed, cancellationToken),
            "PENDING" or "IN_PROGRESS" => RolloutProgress.Of(followed.Unit, deployment),
            "STOPPED" => await StoppedAsync(scope, followed, deployment, cancellationToken),
            "ROLLBACK_SUCCESSFUL" => new Rollout.Failed($"ECS rolled {followed.Unit.Title} back{await WhereToAsync(scope, deployment, cancellationToken)}: {RolloutProgress.Why(deployment)}"),
            "ROLLBACK_FAILED" => new Rollout.Failed($"{followed.Unit.Title} failed, and so did ECS's rollback: {RolloutProgress.Why(deployment)}"),
            var status => new Rollout.Going($"{followed.Unit.Title}: ECS {(status == "STOP_REQUESTED" ? "stops the deployment" : "rolls back")}: {RolloutProgress.Why(deployment)}"),
        };
    }

    /// <summary>By the service alone: where the newer calls are not allowed, or nothing had to be deployed.</summary>
    public async Task<Rollout> ByServiceAsync(AwsScope scope, Followed followed, CancellationToken cancellationToken)
    {
        var unit = followed.Unit;
        if (await looks.ServiceAsync(scope, unit.Cluster, unit.Name, cancellationToken) is not { } service)
            return new Rollout.Failed($"there is no {unit.Title} in the cluster {unit.Cluster} any more");
        var primary = ServiceReading.Primary(service);
        if (primary?.Text("taskDefinition") == followed.Definition)
            return primary.Text("rolloutState") == "FAILED" ? new Rollout.Failed($"{unit.Title}: {primary.Text("rolloutStateReason")}")
                : ServiceReading.IsSteady(service) ? new Rollout.Done()
                : RolloutProgress.OfClassic(unit, primary);
        if (ServiceReading.Of(service, followed.Definition) is { } own && own.Text("rolloutState") == "FAILED")
            return primary?.Text("rolloutState") == "IN_PROGRESS"
                ? new Rollout.Going($"{unit.Title}: ECS rolls back: {own.Text("rolloutStateReason")}")
                : new Rollout.Failed($"ECS rolled {unit.Title} back to {AwsDocument.Tail(primary?.Text("taskDefinition") ?? "")}: {own.Text("rolloutStateReason")}");
        return Elsewhere(followed, service, primary);
    }

    private static Rollout Elsewhere(Followed followed, JsonObject service, JsonObject? primary)
    {
        if (followed.MayBeInvisible && primary?.Text("taskDefinition") == followed.Before && primary?.Text("rolloutStateReason")?.Contains("rolling back", StringComparison.OrdinalIgnoreCase) != true)
            return new Rollout.Going("waits for ECS to show its deployment");
        var running = AwsDocument.Tail(primary?.Text("taskDefinition") ?? "nothing");
        return primary?.Text("taskDefinition") == followed.Before
            ? primary?.Text("rolloutState") == "IN_PROGRESS"
                ? new Rollout.Going($"{followed.Unit.Title}: ECS rolls back: {primary.Text("rolloutStateReason")}")
                : new Rollout.Failed($"{followed.Unit.Title} runs {running} again: {ServiceReading.FailureSince(service, followed.Since) ?? "ECS rolled it back, or somebody did"}")
            : new Rollout.Superseded($"{followed.Unit.Title} was pointed to {running} by somebody else meanwhile");
    }

    /// <summary>Success, provided that what ECS calls the service's PRIMARY is ours.</summary>
    private async Task<Rollout> ConfirmAsync(AwsScope scope, Followed followed, CancellationToken cancellationToken)
    {
        var service = await looks.ServiceAsync(scope, followed.Unit.Cluster, followed.Unit.Name, cancellationToken);
        var primary = service is null ? null : ServiceReading.Primary(service);
        if (primary?.Text("taskDefinition") == followed.Definition) return new Rollout.Done();
        return await SuccessorAsync(scope, followed, cancellationToken) is { } successor
            ? new Rollout.Superseded(successor)
            : new Rollout.Going($"{followed.Unit.Title}: waits for ECS to show the new revision");
    }

    private async Task<Rollout> StoppedAsync(AwsScope scope, Followed followed, JsonObject deployment, CancellationToken cancellationToken) =>
        await SuccessorAsync(scope, followed, cancellationToken) is { } successor
            ? new Rollout.Superseded(successor)
            : new Rollout.Failed($"the deployment of {followed.Unit.Title} was stopped: {RolloutProgress.Why(deployment)}");

    /// <summary>The deployment of somebody else that came after ours.</summary>
    private async Task<string?> SuccessorAsync(AwsScope scope, Followed followed, CancellationToken cancellationToken)
    {
        if (await ecs.ListServiceDeploymentsAsync(scope, followed.Unit.Cluster, followed.Unit.Name, cancellationToken) is not [var newest, ..]) return null;
        if (newest.Text("serviceDeploymentArn") is not { } arn || arn == followed.Deployment || followed.Known.Contains(arn)) return null;
        var revision = newest.Text("targetServiceRevisionArn") is { } target ? await ours.DefinitionOfAsync(scope, target, cancellationToken) : null;
        return $"{followed.Unit.Title}: superseded by deployment {AwsDocument.Tail(arn)} to {AwsDocument.Tail(revision ?? "another revision")} by somebody else";
    }

    private async Task<string> WhereToAsync(AwsScope scope, JsonObject deployment, CancellationToken cancellationToken) =>
        deployment.Member("rollback")?.Text("serviceRevisionArn") is { } revision && await ours.DefinitionOfAsync(scope, revision, cancellationToken) is { } definition
            ? $" to {AwsDocument.Tail(definition)}"
            : "";
}
