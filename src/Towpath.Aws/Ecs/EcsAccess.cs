using System.Text.Json.Nodes;
using Towpath.Aws.Bootstrap;
using Towpath.Aws.Bootstrap.Policies;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecr.Repositories;
using Towpath.Aws.Events;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecs;

/// <summary>
/// The calls of this target's plan, steps and looks. Which roles its tasks have is read from what runs: only these may be passed on, and only to tasks.
/// </summary>
internal sealed class EcsAccess(EcsClient ecs, EventsClient events) : ITargetPermissions
{
    private const string PassedTo = "iam:PassedToService";

    private static readonly PolicyStatement DescribeParameters = PolicyStatement.Allow(["ssm:DescribeParameters"], "*");

    public string Kind => EcsSettings.Kind;

    public async Task<NeededAccess> OfAsync(AccessQuestion question, CancellationToken cancellationToken)
    {
        var settings = EcsSettings.Read(question.Key, question.Environment.Target);
        var named = settings.Services.Select(s => (Cluster: s.Cluster ?? settings.Cluster, s.Service)).ToList();
        string[] unknown = [.. named.SelectMany(s => new[] { s.Cluster, s.Service }).Concat(settings.ScheduledTasks.Select(r => r.Rule)).Where(text => question.ValueOf(text) is null).Distinct(StringComparer.Ordinal)];
        if (unknown.Length > 0) return new NeededAccess([], unknown);
        var statements = new List<PolicyStatement>();
        var missing = new List<string>();
        foreach (var (cluster, service) in named.Select(s => (question.ValueOf(s.Cluster)!, question.ValueOf(s.Service)!)))
            if (await RunningAsync(question.Scope, cluster, service, cancellationToken) is { } running) statements.AddRange(OfService(question, settings, (cluster, service), running));
            else missing.Add($"the service {service} in {cluster}, whose tasks' roles are not known before it is there");
        foreach (var rule in settings.ScheduledTasks)
            if (await OfRuleAsync(question, settings, rule, cancellationToken) is { } needed) statements.AddRange(needed);
            else missing.Add($"the rule {question.ValueOf(rule.Rule)}, whose tasks' roles are not known before it is there");
        return new NeededAccess([.. statements, .. OfTarget(question, settings)], missing);
    }

    /// <returns>Null where there is no such rule.</returns>
    private async Task<IReadOnlyList<PolicyStatement>?> OfRuleAsync(AccessQuestion question, EcsSettings settings, EcsRuleSettings rule, CancellationToken cancellationToken)
    {
        var name = question.ValueOf(rule.Rule)!;
        if (await events.TargetsAsync(question.Scope, name, rule.EventBus, cancellationToken) is not { } targets) return null;
        var arn = $"arn:aws:events:{settings.Place.Region}:{question.Account}:rule/{(rule.EventBus is null ? "" : rule.EventBus + "/")}{name}";
        var statements = new List<PolicyStatement> { PolicyStatement.Allow(["events:ListTargetsByRule", "events:PutTargets"], arn) };
        string[] starters = [.. targets.Select(t => t.Text("RoleArn")).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (starters.Length > 0) statements.Add(PolicyStatement.Allow(["iam:PassRole"], starters).When("StringEquals", PassedTo, "events.amazonaws.com"));
        foreach (var definition in targets.Select(t => t.Member("EcsParameters")?.Text("TaskDefinitionArn")).OfType<string>())
            if (await ecs.FindTaskDefinitionAsync(question.Scope, definition, cancellationToken) is { } found) statements.AddRange(OfDefinition(question, settings, new Running(definition, found.Document)));
        return statements;
    }

    /// <summary>Registering a revision that is like this one, and looking whether what it refers to is there.</summary>
    private static IEnumerable<PolicyStatement> OfDefinition(AccessQuestion question, EcsSettings settings, Running running)
    {
        yield return PolicyStatement.Allow(["ecs:RegisterTaskDefinition", "ecs:TagResource"], $"arn:aws:ecs:{settings.Place.Region}:{question.Account}:task-definition/{running.Family}:*");
        if (running.Roles is { Count: > 0 } roles)
        {
            yield return PolicyStatement.Allow(["iam:PassRole"], roles).When("StringEquals", PassedTo, "ecs-tasks.amazonaws.com");
            yield return PolicyStatement.Allow(["iam:GetRole"], roles);
        }

        // A listing has no single group as its resource, and parameters are described without any (Service Authorization Reference).
        foreach (var region in running.LogGroups(settings.Place.Region).Select(g => g.Region).Distinct(StringComparer.Ordinal))
            yield return PolicyStatement.Allow(["logs:DescribeLogGroups"], $"arn:aws:logs:{region}:{question.Account}:log-group:*");
        if (running.HasSecrets) yield return DescribeParameters;
    }

    private async Task<Running?> RunningAsync(AwsScope scope, string cluster, string service, CancellationToken cancellationToken)
    {
        try
        {
            var found = await ecs.DescribeServicesAsync(scope, cluster, [service], cancellationToken);
            if (found is not [{ } described, ..] || described.Text("taskDefinition") is not { } arn) return null;
            return await ecs.FindTaskDefinitionAsync(scope, arn, cancellationToken) is { } definition
                ? new Running(arn, definition.Document) { IsBalanced = described.Items("loadBalancers").Any() }
                : null;
        }
        catch (AwsException e) when (e.Code == "ClusterNotFoundException")
        {
            return null;
        }
    }

    private static IEnumerable<PolicyStatement> OfService(AccessQuestion question, EcsSettings settings, (string Cluster, string Service) place, Running running)
    {
        string Arn(string resource) => $"arn:aws:ecs:{settings.Place.Region}:{question.Account}:{resource}";
        var (cluster, service) = (Last(place.Cluster), Last(place.Service));
        yield return PolicyStatement.Allow(["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"], Arn($"service/{cluster}/{service}"));
        yield return PolicyStatement.Allow(["ecs:DescribeServiceDeployments", "ecs:StopServiceDeployment"], Arn($"service-deployment/{cluster}/{service}/*"));
        yield return PolicyStatement.Allow(["ecs:DescribeServiceRevisions"], Arn($"service-revision/{cluster}/{service}/*"));
        yield return PolicyStatement.Allow(["ecs:DescribeTasks"], Arn($"task/{cluster}/*"));
        // Listing has no resource but the cluster, which is a condition (Service Authorization Reference, "Amazon ECS").
        yield return PolicyStatement.Allow(["ecs:ListTasks"], "*").When("ArnEquals", "ecs:cluster", Arn($"cluster/{cluster}"));
        foreach (var statement in OfDefinition(question, settings, running)) yield return statement;
        // Health of targets is described without a resource (Service Authorization Reference, "AWS Elastic Load Balancing V2").
        if (running.IsBalanced) yield return PolicyStatement.Allow(["elasticloadbalancing:DescribeTargetHealth"], "*");
        if (settings.Migration is not null)
        {
            yield return PolicyStatement.Allow(["ecs:RunTask"], Arn($"task-definition/{running.Family}:*")).When("ArnEquals", "ecs:cluster", Arn($"cluster/{cluster}"));
            yield return PolicyStatement.Allow(["ecs:StopTask"], Arn($"task/{cluster}/*"));
        }

        if (running.LogGroups(settings.Place.Region) is { Count: > 0 } groups)
            yield return PolicyStatement.Allow(["logs:GetLogEvents"], groups.Select(g => $"arn:aws:logs:{g.Region}:{question.Account}:log-group:{g.Name}:*"));
    }

    private static IEnumerable<PolicyStatement> OfTarget(AccessQuestion question, EcsSettings settings)
    {
        // A revision is read without a resource of its own.
        yield return PolicyStatement.Allow(["ecs:DescribeTaskDefinition"], "*");
        string?[] read = [settings.Cluster, .. settings.Services.SelectMany(s => new[] { s.Cluster, s.Service }), .. settings.ScheduledTasks.Select(r => r.Rule)];
        foreach (var statement in ParameterAccess.Of(settings.Place.Region, question.Account, read, settings.VersionParameter)) yield return statement;
        // Where the first deployment made the parameter and fails, it goes again.
        if (settings.VersionParameter is { } version) yield return PolicyStatement.Allow(["ssm:DeleteParameter"], ParameterAccess.ArnOf(settings.Place.Region, question.Account, version));
        string[] repositories = [.. question.Artifacts.Where(a => a.Kind == ArtifactKind.Container)
            .Select(a => RepositoryName.Parse(a.Source.Replace("{slug}", question.Key.Application, StringComparison.Ordinal))?.Arn).OfType<string>()];
        if (repositories.Length > 0) yield return PolicyStatement.Allow(["ecr:BatchGetImage", "ecr:DescribeImages"], repositories);
        if (settings.TaskDefinition is { } template && EcsTemplate.BucketOf(template) is { } bucket)
        {
            yield return PolicyStatement.Allow(["s3:GetObject"], $"arn:aws:s3:::{template["s3://".Length..]}");
            // Without it, S3 calls a template that is not there denied (Amazon S3 API Reference, "GetObject").
            yield return PolicyStatement.Allow(["s3:ListBucket"], $"arn:aws:s3:::{bucket}");
        }

        if (settings.Alarms.Count > 0) yield return AlarmAccess.Statement;
        if (settings.Secrets.Values.Any(secret => EcsSecret.Of(secret) is EcsSecret.Parameter)) yield return DescribeParameters;
    }

    private static string Last(string nameOrArn) => nameOrArn[(nameOrArn.LastIndexOf('/') + 1)..];

    /// <summary>The revision that a service runs now.</summary>
    private sealed record Running(string Arn, JsonObject Document)
    {
        public string Family => Last(Arn).Split(':')[0];

        public IReadOnlyList<string> Roles => [.. new[] { Document.Text("executionRoleArn"), Document.Text("taskRoleArn") }.OfType<string>().Distinct(StringComparer.Ordinal)];

        /// <summary>It stands behind a load balancer.</summary>
        public bool IsBalanced { get; init; }

        public bool HasSecrets => Document.Items("containerDefinitions").SelectMany(c => c.Items("secrets")).Any();

        public IReadOnlyList<(string Name, string Region)> LogGroups(string region) =>
        [
            .. Document.Items("containerDefinitions").Select(c => c.Member("logConfiguration")?.Member("options")).OfType<JsonObject>()
                .Where(o => o.Text("awslogs-group") is not null).Select(o => (o.Text("awslogs-group")!, o.Text("awslogs-region") ?? region)).Distinct(),
        ];
    }
}
