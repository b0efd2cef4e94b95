using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecr;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.Iam;
using Towpath.Aws.Logs;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Inspection;

/// <summary>Looks at what a task definition refers to: roles, images, log groups, secrets.</summary>
internal sealed class DefinitionInspection(EcsClient ecs, EcrClient ecr, EcrArtifactSource source, LogsClient logs, SsmClient ssm, IamClient iam)
{
    public async Task<Finding> InspectAsync(
        AwsScope scope, EcsUnit unit, string arn, IReadOnlyDictionary<string, string> written, EcsSettings settings, TargetLook look, CancellationToken cancellationToken)
    {
        var subject = $"task definition {AwsDocument.Tail(arn)}";
        TaskDefinition? definition = null;
        var own = await Findings.AtAsync(subject, async () => (definition = await ecs.FindTaskDefinitionAsync(scope, arn, cancellationToken)) is null ? "it is gone; register one and point the service to it" : null);
        if (definition is null) return own;
        List<Finding> found = [Containers(unit, definition, written, settings, look)];
        foreach (var role in new[] { "taskRoleArn", "executionRoleArn" }) found.Add(await RoleAsync(scope, definition.Document, role, cancellationToken));
        foreach (var container in TaskDefinition.ContainersOf(definition.Document)) found.Add(await ContainerAsync(scope, container, cancellationToken));
        return Finding.Of(subject, found);
    }

    private static Finding Containers(EcsUnit unit, TaskDefinition definition, IReadOnlyDictionary<string, string> written, EcsSettings settings, TargetLook look)
    {
        var problems = new List<string>();
        var artifacts = look.Artifacts.Where(a => a.Kind == ArtifactKind.Container).Select(a => new Artifact(a.Name, a.Kind, a.Source, default)).ToList();
        var chosen = ContainerChoice.Of(unit, definition, written, settings.Container, artifacts, problems);
        return problems.Count > 0
            ? new Finding("containers", FindingState.Wrong, string.Join("; ", problems))
            : new Finding("containers", FindingState.Ok, string.Join(", ", chosen.Select(c => $"{c.Key} gets {(c.Value == Artifact.DefaultName ? "the image" : c.Value)}")));
    }

    private async Task<Finding> RoleAsync(AwsScope scope, JsonObject definition, string member, CancellationToken cancellationToken)
    {
        var subject = member == "taskRoleArn" ? "task role" : "execution role";
        if (definition.Text(member) is not { } arn) return Findings.Skipped(subject, "the task definition names none");
        return await Findings.AtAsync($"{subject} {AwsDocument.Tail(arn)}", async () => await iam.FindRoleAsync(scope, AwsDocument.Tail(arn), cancellationToken) is null ? "there is no such role; tasks would not start" : null);
    }

    private async Task<Finding> ContainerAsync(AwsScope scope, JsonObject container, CancellationToken cancellationToken)
    {
        List<Finding> found = [await ImageAsync(container.Text("image") ?? "", cancellationToken), await LogAsync(scope, container, cancellationToken)];
        var secrets = container.Items("secrets").Select(s => s.Text("valueFrom")).OfType<string>().ToList();
        if (secrets.Count > 0) found.Add(await SecretsAsync(scope, secrets, cancellationToken));
        return Finding.Of($"container {container.Text("name")}", found);
    }

    private async Task<Finding> ImageAsync(string image, CancellationToken cancellationToken) => EcrImage.Of(image) is { } inEcr
        ? await Findings.AtAsync($"image {image}", async () => await ecr.FindAsync(source.ScopeOf(inEcr), inEcr, cancellationToken) is EcrLookup.Found ? null : "it is not in the registry; new tasks could not start")
        : Findings.Skipped($"image {image}", "it is in a registry that is not Amazon ECR");

    private async Task<Finding> LogAsync(AwsScope scope, JsonObject container, CancellationToken cancellationToken)
    {
        var log = container.Member("logConfiguration");
        if (log?.Text("logDriver") != "awslogs" || log.Member("options")?.Text("awslogs-group") is not { } group) return Findings.Skipped("log group", log is null ? "no log is configured" : $"the driver is {log.Text("logDriver")}");
        if (log.Member("options")!.Text("awslogs-create-group") == "true") return Findings.Skipped($"log group {group}", "tasks make it themselves");
        var region = log.Member("options")!.Text("awslogs-region") ?? scope.Region;
        return await Findings.AtAsync($"log group {group}", async () => await logs.GroupExistsAsync(scope with { Region = region }, group, cancellationToken) ? null : $"there is no such group in {region}; tasks would not start");
    }

    private async Task<Finding> SecretsAsync(AwsScope scope, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        var parameters = secrets.Select(EcsSecret.Of).OfType<EcsSecret.Parameter>().Where(p => p.IsIn(scope.Region)).ToList();
        if (parameters.Count == 0) return Findings.Skipped("secrets", "they are in AWS Secrets Manager, or in another region");
        return await Findings.AtAsync("secrets", async () =>
        {
            var gone = EcsSecret.Missing(parameters, await ssm.ExistingAsync(scope, parameters.SelectMany(p => p.Spellings), cancellationToken));
            return gone.Count == 0 ? null : $"there is no parameter {string.Join(", ", gone)}; tasks would not start";
        });
    }
}
