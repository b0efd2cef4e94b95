using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.Ssm;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>The difference between what runs and what a deployment would register.</summary>
internal sealed class EcsPreview(EcsPlanning planning, SsmClient ssm) : ITargetPreview
{
    public string Kind => EcsSettings.Kind;

    public async Task<PreviewResult> PreviewAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var planned = await planning.PlanAsync(request, cancellationToken);
        if (planned is EcsPlanned.Refused refused) return new PreviewResult.Refused(refused.Reason, refused.Kind);
        var ready = (EcsPlanned.Ready)planned;
        var differences = new List<Difference>();
        for (var i = 0; i < ready.Running.Count; i++)
        {
            var running = Registration.Of(ready.Running[i].Document, new DefinitionChanges(EcsInputs.None));
            differences.AddRange(DefinitionDiff.Of($"{ready.Deploy.Units[i].Title} ({AwsDocument.Tail(ready.Running[i].Arn)})", running, Registration.Of(ready.Running[i].Document, ready.Deploy.ChangesOf(ready.Deploy.Units[i])), ready.Deploy.Variables.Keys));
        }

        if (ready.Deploy.VersionParameter is { } name && await ValueAsync(request, ready.Deploy, name, cancellationToken) is var value && value != request.Version)
            differences.Add(new Difference($"parameter {name}", "value", value, request.Version));
        return new PreviewResult.Previewed(differences);
    }

    private async Task<string?> ValueAsync(PlanRequest request, EcsInputs inputs, string name, CancellationToken cancellationToken) =>
        await ssm.ReadAsync(inputs.Place.ForLook(request.Key, "plan"), name, cancellationToken);
}
