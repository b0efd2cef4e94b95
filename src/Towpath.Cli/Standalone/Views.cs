using Towpath.Cli.Output;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Targets;

namespace Towpath.Cli.Standalone;

/// <summary>What <c>towpath deploy</c> says of plans and ends.</summary>
internal static class Views
{
    public static DeployView Of(Deployment deployment, JournalLine? last, string journal) => new()
    {
        Deployment = deployment.Id.Value,
        Application = deployment.Key.Application,
        Environment = deployment.Key.Environment,
        Version = deployment.Version,
        Digest = deployment.Digest,
        Phase = deployment.Phase,
        Outcome = deployment.Outcome ?? deployment.Attention?.Reason,
        RolledBackTo = deployment.Phase == Phase.RolledBack ? last?.Running?.Version : null,
        Journal = journal,
    };

    public static PlanView Of(DeployRequest request, IReadOnlyList<Artifact> artifacts, RunningVersion? knownGood, IReadOnlyList<Difference>? differences, Plan plan) => new(
        request.Application.Name, request.Environment.Name, request.Version,
        [.. artifacts.Select(a => new ArtifactLine(a.Name, a.Reference, a.Digest))],
        plan.OnlyUndoes ? null : knownGood?.Version, differences, [.. plan.Steps.Select(Line)], [.. plan.Rollback.Select(Line)]);

    private static PlanLine Line(PlanStep step) => new(step.Name, step.Kind, step.Stage, step.Switches, step.Inputs);
}
