using Towpath.Aws.Calling;
using Towpath.Aws.Ecr;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.Events;
using Towpath.Aws.Ssm;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>What services run now, and rules start, as AWS says.</summary>
internal sealed class EcsObservation(EcsPlaces places, EcsLooks looks, EcsClient ecs, EventsClient events, SsmClient ssm, RunningImages images)
{
    public async Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var settings = EcsSettings.Read(look.Key, look.Environment.Target);
        var scope = settings.Place.ForLook(look.Key, "observe");
        var (resolved, missing) = await places.ResolveAsync(scope, settings, cancellationToken);
        if (missing.Count > 0) return new ObserveResult.Refused(string.Join("; ", missing));
        var units = EcsUnit.Distinguished(
        [
            .. resolved.Services.Select(s => new EcsUnit(s.Service, s.Cluster ?? resolved.Cluster, IsRule: false, EcsInputs.None)),
            .. resolved.ScheduledTasks.Select(r => new EcsUnit(r.Rule, r.EventBus, IsRule: true, EcsInputs.None)),
        ]);
        var written = resolved.Services.Select(s => s.Containers).Concat(resolved.ScheduledTasks.Select(r => r.Containers)).ToList();
        var seen = new List<UnitSeen>();
        for (var i = 0; i < units.Count; i++)
            if (await SeeAsync(scope, look, resolved, units[i], written[i], cancellationToken) is { } one) seen.Add(one);
            else return new ObserveResult.Refused(Missing(units[i], settings.Place.Region));
        var differences = Differences(seen).ToList();
        var worst = Worst(seen);
        return new ObserveResult.Seen(new Observation
        {
            Health = worst == TargetHealth.Healthy && differences.Count > 0 ? TargetHealth.Unhealthy : worst,
            Summary = string.Join("; ", [.. seen.Select(s => s.Summary), .. differences]),
            // Where units disagree, each of the images is one that runs.
            Artifacts = [.. seen.SelectMany(s => s.Artifacts).DistinctBy(a => (a.Name, a.Digest))],
            Version = settings.VersionParameter is { } name ? await ssm.ReadAsync(scope, name, cancellationToken) : null,
            Since = seen.Max(s => s.Since),
        });
    }

    private static string Missing(EcsUnit unit, string region) => unit.IsRule
        ? $"there is no rule {unit.Name} on the event bus {unit.Place ?? "default"} in {region}; check `scheduled_tasks` and `region`"
        : $"there is no service {unit.Name} in the cluster {unit.Cluster} in {region}; check `service`, `cluster` and `region`";

    /// <summary>A sentence for each artifact of which not all units run the same bytes.</summary>
    private static IEnumerable<string> Differences(IReadOnlyList<UnitSeen> seen) =>
        from each in seen.SelectMany(s => s.Artifacts.Select(artifact => (s.Title, artifact.Name, artifact.Digest)))
        group each by each.Name into same
        where same.DistinctBy(each => each.Digest).Skip(1).Any()
        select $"not all run the same '{same.Key}': {string.Join(", ", same.DistinctBy(each => (each.Title, each.Digest)).Select(each => $"{each.Title} has {each.Digest.Short}"))}";

    private Task<UnitSeen?> SeeAsync(
        AwsScope scope, TargetLook look, EcsSettings settings, EcsUnit unit, IReadOnlyDictionary<string, string> written, CancellationToken cancellationToken) => unit.IsRule
        ? SeeRuleAsync(scope, look, settings, unit, written, cancellationToken)
        : SeeServiceAsync(scope, look, settings, unit, written, cancellationToken);

    /// <summary>A rule runs nothing by itself: what it would start counts.</summary>
    private async Task<UnitSeen?> SeeRuleAsync(
        AwsScope scope, TargetLook look, EcsSettings settings, EcsUnit unit, IReadOnlyDictionary<string, string> written, CancellationToken cancellationToken)
    {
        if (await events.TargetsAsync(scope, unit.Name, unit.Place, cancellationToken) is not { } targets) return null;
        var artifacts = new List<Artifact>();
        var started = EventsClient.EcsTargetsOf(targets).Select(t => t.Member("EcsParameters")!.Text("TaskDefinitionArn")).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        foreach (var arn in started)
            if (await ecs.FindTaskDefinitionAsync(scope, arn, cancellationToken) is { } definition)
                artifacts.AddRange(await images.OfAsync(scope, look, settings, unit, definition, written, cancellationToken));
        return new UnitSeen(
            unit.Title, started.Count > 0 ? TargetHealth.Healthy : TargetHealth.Unhealthy,
            $"{unit.Title}: starts {(started.Count > 0 ? string.Join(", ", started.Select(AwsDocument.Tail)) : "no task of ECS")}", artifacts, null);
    }

    private async Task<UnitSeen?> SeeServiceAsync(
        AwsScope scope, TargetLook look, EcsSettings settings, EcsUnit unit, IReadOnlyDictionary<string, string> written, CancellationToken cancellationToken)
    {
        try
        {
            if (await looks.ServiceAsync(scope, unit.Cluster, unit.Name, cancellationToken) is not { } service) return null;
            var primary = ServiceReading.Primary(service);
            var definition = service.Text("taskDefinition") is { } arn ? await ecs.FindTaskDefinitionAsync(scope, arn, cancellationToken) : null;
            var health = HealthOf(service);
            var artifacts = definition is null ? [] : await images.OfAsync(scope, look, settings, unit, definition, written, cancellationToken);
            return new UnitSeen(unit.Title, health, $"{unit.Title}: {Words(service, health)}, {AwsDocument.Tail(definition?.Arn ?? "no task definition")}", artifacts, primary?.Instant("createdAt"));
        }
        catch (AwsException e) when (e.Code == "ClusterNotFoundException")
        {
            return null;
        }
    }

    private static TargetHealth HealthOf(System.Text.Json.Nodes.JsonObject service) => ServiceReading.Primary(service)?.Text("rolloutState") switch
    {
        "FAILED" => TargetHealth.Unhealthy,
        "IN_PROGRESS" => TargetHealth.Changing,
        _ when service.Number("runningCount") < service.Number("desiredCount") => TargetHealth.Unhealthy,
        _ => TargetHealth.Healthy,
    };

    private static string Words(System.Text.Json.Nodes.JsonObject service, TargetHealth health)
    {
        var tasks = $"{service.Number("runningCount") ?? 0} of {service.Number("desiredCount") ?? 0} tasks run";
        return health switch
        {
            TargetHealth.Changing => $"a rollout is under way, {tasks}",
            TargetHealth.Unhealthy when ServiceReading.Primary(service) is { } primary && primary.Text("rolloutState") == "FAILED" => $"its rollout failed ({primary.Text("rolloutStateReason")}), {tasks}",
            TargetHealth.Unhealthy or TargetHealth.Healthy or TargetHealth.Nothing or TargetHealth.Unknown => tasks,
        };
    }

    private static TargetHealth Worst(IReadOnlyList<UnitSeen> seen) =>
        seen.Any(s => s.Health == TargetHealth.Unhealthy) ? TargetHealth.Unhealthy : seen.Any(s => s.Health == TargetHealth.Changing) ? TargetHealth.Changing : TargetHealth.Healthy;

    private sealed record UnitSeen(string Title, TargetHealth Health, string Summary, IReadOnlyList<Artifact> Artifacts, DateTimeOffset? Since);
}

/// <summary>Names the bytes that a task definition's containers run.</summary>
internal sealed class RunningImages(EcsClient ecs, EcrClient ecr, EcrArtifactSource source)
{
    public async Task<IReadOnlyList<Artifact>> OfAsync(
        AwsScope scope, TargetLook look, EcsSettings settings, EcsUnit unit, TaskDefinition definition, IReadOnlyDictionary<string, string> written, CancellationToken cancellationToken)
    {
        var specs = look.Artifacts.Where(a => a.Kind == ArtifactKind.Container).Select(a => new Artifact(a.Name, a.Kind, a.Source, default)).ToList();
        var artifacts = new List<Artifact>();
        foreach (var (container, name) in ContainerChoice.Of(unit, definition, written, settings.Container, specs, []))
            if (TaskDefinition.ContainersOf(definition.Document).FirstOrDefault(c => c.Text("name") == container)?.Text("image") is { } image
                && await DigestAsync(scope, unit, definition, container, image, cancellationToken) is { } digest)
                artifacts.Add(new Artifact(name, ArtifactKind.Container, ContainerReference.Split(image).At(digest).ToString(), digest));
        return artifacts;
    }

    /// <summary>Pinned; else what the tag names in ECR; else what a running task says that it pulled.</summary>
    private async Task<Digest?> DigestAsync(AwsScope scope, EcsUnit unit, TaskDefinition definition, string container, string image, CancellationToken cancellationToken)
    {
        if (Digest.TryParse(TaskDefinition.DigestOf(image), out var pinned)) return pinned;
        try
        {
            var pulled = await PulledAsync(scope, unit, definition, container, cancellationToken);
            if (EcrImage.Of(image) is not { } inEcr || await ecr.FindAsync(source.ScopeOf(inEcr), inEcr, cancellationToken) is not EcrLookup.Found found) return pulled;
            // The tag may have been moved since: it counts only while what a task pulled is the same, or one of its platforms.
            return pulled is null || pulled == found.Digest || found.Platforms.Contains(pulled.Value.Value) ? found.Digest : pulled;
        }
        catch (AwsException)
        {
            return null;
        }
    }

    private async Task<Digest?> PulledAsync(AwsScope scope, EcsUnit unit, TaskDefinition definition, string container, CancellationToken cancellationToken)
    {
        // What a rule started has ended, or ends soon.
        if (unit.IsRule) return null;
        var tasks = await ecs.DescribeTasksAsync(scope, unit.Cluster, await ecs.ListTasksAsync(scope, unit.Cluster, unit.Name, stopped: false, cancellationToken), cancellationToken);
        var told = tasks.Where(t => t.Text("taskDefinitionArn") == definition.Arn).SelectMany(t => t.Items("containers")).FirstOrDefault(c => c.Text("name") == container)?.Text("imageDigest");
        return Digest.TryParse(told, out var digest) ? digest : null;
    }
}
