using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.CloudWatch;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Events;
using Towpath.Aws.LoadBalancing;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Inspection;

/// <summary>Looks at everything that a deployment would need, before anything is changed.</summary>
internal sealed class EcsInspection(
    EcsPlaces places, EcsLooks looks, EventsClient events, DefinitionInspection definitions, TargetGroups groups, AlarmClient alarms, SsmClient ssm) : ITargetInspection
{
    public string Kind => EcsSettings.Kind;

    public async Task<Finding> InspectAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var settings = EcsSettings.Read(look.Key, look.Environment.Target);
        var scope = settings.Place.ForLook(look.Key, "verify");
        // Whoever may not even do this may not look at all. The version's parameter is looked at by itself.
        var (resolved, missing) = await places.ResolveAsync(scope, settings with { VersionParameter = null }, cancellationToken);
        List<Finding> found = missing.Count > 0 ? [new Finding("parameters", FindingState.Wrong, string.Join("; ", missing))] : settings.LooksUp ? [new Finding("parameters", FindingState.Ok)] : [];
        if (missing.Count == 0)
        {
            foreach (var service in resolved.Services) found.Add(await ServiceAsync(scope, resolved, service, look, cancellationToken));
            foreach (var rule in resolved.ScheduledTasks) found.Add(await RuleAsync(scope, resolved, rule, look, cancellationToken));
        }
        else
        {
            found.Add(Findings.Skipped("services", "their names are not known"));
        }

        found.Add(await SecretsAsync(scope, settings, cancellationToken));
        found.Add(await AlarmsAsync(scope, settings, cancellationToken));
        found.Add(await VersionAsync(scope, settings, cancellationToken));
        return Finding.Of($"{look.Key}: ecs in {scope.Region}", found);
    }

    private async Task<Finding> ServiceAsync(AwsScope scope, EcsSettings settings, EcsServiceSettings service, TargetLook look, CancellationToken cancellationToken)
    {
        var cluster = service.Cluster ?? settings.Cluster;
        JsonObject? seen = null;
        var own = await Findings.AtAsync($"service {service.Service} in cluster {cluster}", async () =>
        {
            try
            {
                seen = await looks.ServiceAsync(scope, cluster, service.Service, cancellationToken);
                return seen is null ? $"there is no such service in {scope.Region}; check `service`, `cluster` and `region`" : Health(seen);
            }
            catch (AwsException e) when (e.Code == "ClusterNotFoundException")
            {
                return $"there is no such cluster in {scope.Region}; check `cluster` and `region`";
            }
        }, () => $"{seen!.Number("runningCount") ?? 0} of {seen!.Number("desiredCount") ?? 0} tasks run");
        if (seen is null) return own;
        var children = new List<Finding>();
        var unit = new EcsUnit(service.Service, cluster, IsRule: false, EcsInputs.None);
        if (seen.Text("taskDefinition") is { } arn) children.Add(await definitions.InspectAsync(scope, unit, arn, service.Containers, settings, look, cancellationToken));
        foreach (var group in seen.Items("loadBalancers").Select(b => b.Text("targetGroupArn")).OfType<string>().Distinct(StringComparer.Ordinal)) children.Add(await GroupAsync(scope, group, cancellationToken));
        return own with { Children = children };
    }

    private static string? Health(JsonObject service) => ServiceReading.Primary(service) switch
    {
        { } primary when primary.Text("rolloutState") == "FAILED" => $"its last rollout failed: {primary.Text("rolloutStateReason")}",
        _ when service.Member("deploymentController")?.Text("type") is { } type and not "ECS" => $"it is deployed by {type}, not by ECS itself; give it the deployment controller ECS",
        _ => null,
    };

    private Task<Finding> GroupAsync(AwsScope scope, string arn, CancellationToken cancellationToken)
    {
        IReadOnlyList<TargetState>? states = null;
        return Findings.AtAsync($"target group {arn.Split('/').ElementAtOrDefault(1) ?? arn}", async () =>
        {
            states = await groups.HealthAsync(scope, arn, cancellationToken);
            if (states is null) return "there is no such target group; ECS could not register its tasks";
            var wrong = states.Where(s => s.IsWrong).ToList();
            return wrong.Count == 0 ? null : $"{wrong.Count} of {states.Count} targets are {wrong[0].State}{(wrong[0].Description.Length > 0 ? $" ({wrong[0].Description})" : "")}";
        }, () => $"{states!.Count(s => s.State == "healthy")} of {states!.Count} targets are healthy");
    }

    private async Task<Finding> RuleAsync(AwsScope scope, EcsSettings settings, EcsRuleSettings rule, TargetLook look, CancellationToken cancellationToken)
    {
        string? definition = null;
        var own = await Findings.AtAsync($"rule {rule.Rule}", async () =>
        {
            var targets = await events.TargetsAsync(scope, rule.Rule, rule.EventBus, cancellationToken);
            definition = EventsClient.DefinitionOf(targets);
            return targets is null ? $"there is no such rule on the event bus {rule.EventBus ?? "default"} in {scope.Region}" : definition is null ? "it starts no task of ECS" : null;
        });
        if (definition is null) return own;
        var unit = new EcsUnit(rule.Rule, rule.EventBus, IsRule: true, EcsInputs.None);
        return own with { Children = [await definitions.InspectAsync(scope, unit, definition, rule.Containers, settings, look, cancellationToken)] };
    }

    private async Task<Finding> SecretsAsync(AwsScope scope, EcsSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Secrets.Count == 0) return Findings.Skipped("secrets", "the spec names none");
        var parameters = settings.Secrets.Values.Select(EcsSecret.Of).OfType<EcsSecret.Parameter>().Where(p => p.IsIn(scope.Region)).ToList();
        var others = settings.Secrets.Count - parameters.Count;
        if (parameters.Count == 0) return Findings.Skipped("secrets", "they are in AWS Secrets Manager, or in another region");
        return await Findings.AtAsync("secrets", async () =>
        {
            var gone = EcsSecret.Missing(parameters, await ssm.ExistingAsync(scope, parameters.SelectMany(p => p.Spellings), cancellationToken));
            return gone.Count == 0 ? null : $"there is no parameter {string.Join(", ", gone)} in {scope.Region}; tasks would not start";
        }, () => $"{parameters.Count} parameters are there{(others > 0 ? $"; {others} in AWS Secrets Manager or in another region are not looked at" : "")}");
    }

    private async Task<Finding> AlarmsAsync(AwsScope scope, EcsSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Alarms.Count == 0) return Findings.Skipped("alarms", "the spec names none");
        return await Findings.AtAsync("alarms", async () =>
        {
            var found = await alarms.DescribeAsync(scope, settings.Alarms, cancellationToken);
            var gone = settings.Alarms.Where(name => !found.ContainsKey(name)).ToList();
            var ringing = found.Values.Where(a => a.Rings).Select(a => a.Name).Order(StringComparer.Ordinal).ToList();
            return gone.Count > 0 ? $"there is no alarm {string.Join(", ", gone)} in {scope.Region}" : ringing.Count > 0 ? $"{string.Join(", ", ringing)} rings now" : null;
        });
    }

    private async Task<Finding> VersionAsync(AwsScope scope, EcsSettings settings, CancellationToken cancellationToken)
    {
        if (settings.VersionParameter is not { } name) return Findings.Skipped("version parameter", "the spec names none");
        string? value = null;
        return await Findings.AtAsync($"parameter {name}", async () =>
        {
            value = await ssm.ReadAsync(scope, name, cancellationToken);
            return null;
        }, () => value ?? "not there yet; the first deployment makes it");
    }
}
