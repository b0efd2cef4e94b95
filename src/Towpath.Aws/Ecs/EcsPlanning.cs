using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.Events;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>Looks at everything that a deployment needs before it starts, and reports all that is missing at once. Changes nothing.</summary>
internal sealed class EcsPlanning(EcsPlaces places, EcsLooks looks, EcsClient ecs, EventsClient events, ImageCheck images, EcsTemplate templates)
{
    public async Task<EcsPlanned> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var settings = EcsSettings.Read(request.Key, request.Environment.Target);
        if (request.Artifacts.Count == 0 || request.Artifacts.Any(a => a.Kind != ArtifactKind.Container))
            return Refuse($"ecs takes container images, and this build has {Describe(request.Artifacts)}; change `artifact:` or `target:`");
        var scope = settings.Place.ForLook(request.Key, "plan");
        var template = await templates.ReadAsync(scope, request, settings, cancellationToken);
        if (template.Kind == RefusalKind.NotAllowed) return new EcsPlanned.Refused(string.Join("; ", template.Problems), template.Kind);
        var (resolved, missing) = await places.ResolveAsync(scope, settings, cancellationToken);
        List<string> problems = [.. missing, .. await images.ProblemsAsync(request.Artifacts, cancellationToken), .. template.Problems];
        var looked = missing.Count > 0 ? [] : await UnitsAsync(scope, resolved, request.Artifacts, problems, cancellationToken);
        CheckUse(request.Artifacts, looked, problems);
        CheckMigration(resolved, looked, problems);
        if (problems.Count > 0) return Refuse(string.Join("; ", problems));
        var deploy = new EcsInputs
        {
            Key = request.Key,
            Place = settings.Place,
            Version = request.Version,
            Units = [.. looked.Select(l => l.Unit)],
            VersionParameter = settings.VersionParameter,
            Within = settings.Within,
            Migration = settings.Migration,
            Template = template.Template,
            Variables = request.Environment.Variables,
            Secrets = settings.Secrets.ToDictionary(s => s.Key, s => EcsSecret.ValueFrom(s.Value), StringComparer.Ordinal),
        };
        return new EcsPlanned.Ready(deploy, RollbackOf(deploy, request, looked), [.. looked.Select(l => l.Running)]);
    }

    /// <summary>The same places with the images of what last succeeded, in the containers where today's spec puts them.</summary>
    private static EcsInputs? RollbackOf(EcsInputs deploy, PlanRequest request, IReadOnlyList<Looked> looked)
    {
        if (request.KnownGood is not { } good || request.KnownGoodArtifacts.Count == 0 || request.KnownGoodArtifacts.Any(a => a.Kind != ArtifactKind.Container)) return null;
        var units = looked.Select(l => l.Unit with { Images = ImagesOf(l.Containers, request.KnownGoodArtifacts) }).ToList();
        return deploy with { Version = good.Version, Units = units, Template = null, Variables = EcsInputs.None, Secrets = EcsInputs.None };
    }

    private async Task<IReadOnlyList<Looked>> UnitsAsync(AwsScope scope, EcsSettings settings, IReadOnlyList<Artifact> artifacts, List<string> problems, CancellationToken cancellationToken)
    {
        var units = new List<Looked>();
        foreach (var service in settings.Services)
        {
            var cluster = service.Cluster ?? settings.Cluster;
            var unit = new EcsUnit(service.Service, cluster, IsRule: false, EcsInputs.None);
            if (await DefinitionAsync(scope, unit, settings.Place.Region, problems, cancellationToken) is { } running) Add(unit, running, service.Containers);
        }

        foreach (var rule in settings.ScheduledTasks)
        {
            var unit = new EcsUnit(rule.Rule, rule.EventBus, IsRule: true, EcsInputs.None);
            if (await DefinitionOfRuleAsync(scope, unit, settings.Place.Region, problems, cancellationToken) is { } running) Add(unit, running, rule.Containers);
        }

        return units;

        void Add(EcsUnit unit, TaskDefinition running, IReadOnlyDictionary<string, string> written)
        {
            var containers = ContainerChoice.Of(unit, running, written, settings.Container, artifacts, problems);
            units.Add(new Looked(unit with { Images = ImagesOf(containers, artifacts) }, running, containers));
        }
    }

    private async Task<TaskDefinition?> DefinitionAsync(AwsScope scope, EcsUnit unit, string region, List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            if (await looks.ServiceAsync(scope, unit.Cluster, unit.Name, cancellationToken) is not { } service)
                problems.Add($"there is no service {unit.Name} in the cluster {unit.Cluster} in {region}; check `service`, `cluster` and `region`");
            else if (service.Member("deploymentController")?.Text("type") is { } type and not "ECS")
                problems.Add($"the service {unit.Name} is deployed by {type}, not by ECS itself; give it the deployment controller ECS");
            else if (service.Text("taskDefinition") is { } arn && await ecs.FindTaskDefinitionAsync(scope, arn, cancellationToken) is { } running) return running;
            else problems.Add($"the service {unit.Name} has no task definition to start from; give it one, then deploy again");
        }
        catch (AwsException e) when (e.Code == "ClusterNotFoundException")
        {
            problems.Add($"there is no cluster {unit.Cluster} in {region}; check `cluster` and `region`");
        }

        return null;
    }

    private async Task<TaskDefinition?> DefinitionOfRuleAsync(AwsScope scope, EcsUnit unit, string region, List<string> problems, CancellationToken cancellationToken)
    {
        var targets = await events.TargetsAsync(scope, unit.Name, unit.Place, cancellationToken);
        if (targets is null) problems.Add($"there is no rule {unit.Name} on the event bus {unit.Place ?? "default"} in {region}; check `scheduled_tasks` and `region`");
        else if (EventsClient.DefinitionOf(targets) is not { } arn) problems.Add($"the rule {unit.Name} starts no task of ECS; take it out of `scheduled_tasks`");
        else if (await ecs.FindTaskDefinitionAsync(scope, arn, cancellationToken) is { } running) return running;
        else problems.Add($"the rule {unit.Name} starts {AwsDocument.Tail(arn)}, which is no task definition any more; point it to one that is there");
        return null;
    }

    private static void CheckUse(IReadOnlyList<Artifact> artifacts, IReadOnlyList<Looked> looked, List<string> problems)
    {
        if (looked.Count == 0 || problems.Count > 0) return;
        foreach (var artifact in artifacts.Where(a => looked.All(l => !l.Containers.Values.Contains(a.Name))))
            problems.Add($"no container gets the artifact '{artifact.Name}'; name one under `containers`, or take the artifact out");
    }

    private static void CheckMigration(EcsSettings settings, IReadOnlyList<Looked> looked, List<string> problems)
    {
        if (settings.Migration?.Container is { } container && looked.Count > 0 && !looked[0].Running.Containers.Contains(container))
            problems.Add($"`migration.container`: {AwsDocument.Tail(looked[0].Running.Arn)} has no container '{container}'; it has {string.Join(", ", looked[0].Running.Containers)}");
    }

    private static Dictionary<string, string> ImagesOf(IReadOnlyDictionary<string, string> containers, IReadOnlyList<Artifact> artifacts)
    {
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (container, name) in containers)
            if (artifacts.FirstOrDefault(a => a.Name == name) is { } artifact) chosen[container] = ContainerReference.Split(artifact.Reference).At(artifact.Digest).ToString();
        return chosen;
    }

    private static EcsPlanned.Refused Refuse(string reason) => new(reason, RefusalKind.Wrong);

    private static string Describe(IReadOnlyList<Artifact> artifacts) => artifacts.Count == 0 ? "none" : string.Join(", ", artifacts.Select(a => $"'{a.Name}' ({a.Kind})"));

    /// <param name="Unit">With its images.</param>
    /// <param name="Running">What it runs now.</param>
    /// <param name="Containers">Artifact names by container.</param>
    private sealed record Looked(EcsUnit Unit, TaskDefinition Running, IReadOnlyDictionary<string, string> Containers);
}
