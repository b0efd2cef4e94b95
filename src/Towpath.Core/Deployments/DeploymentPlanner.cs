using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Core.Deployments;

/// <summary>Makes the plan of a deployment at the moment it starts: the target's steps, then verification.</summary>
public sealed class DeploymentPlanner(TargetCatalog catalog, IEnumerable<IArtifactSource> sources, OperatorLimits limits)
{
    public async Task<PlanOutcome> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var spec = request.Environment;
        if (catalog.FindTarget(spec.Target.Kind) is not { } target)
            return new PlanOutcome.Refused($"no target of kind '{spec.Target.Kind}' is registered here");
        // Asked when the spec was taken up, and again now: the operator's settings may have changed since.
        if (NotAllowed(request, target) is { Count: > 0 } refusals) return new PlanOutcome.Refused(string.Join("; ", refusals), RefusalKind.NotAllowed);
        return await target.PlanAsync(request, cancellationToken) switch
        {
            PlanResult.Planned planned => new PlanOutcome.Planned(
                new Plan([.. planned.Steps, .. Verification(request)], planned.Rollback, target.Capability(spec.Target)) { OnlyUndoes = planned.OnlyUndoes }),
            PlanResult.Refused refused => new PlanOutcome.Refused(refused.Reason, refused.Kind),
            var other => throw new InvalidOperationException($"target {target.Kind} returned {other.GetType().Name}"),
        };
    }

    /// <summary>What a node must have to run deployments of this environment.</summary>
    public string? Capability(Applications.EnvironmentSpec environment) => catalog.FindTarget(environment.Target.Kind)?.Capability(environment.Target);

    private List<string> NotAllowed(PlanRequest request, ITarget target)
    {
        var own = limits.For(request.Repository);
        return
        [
            .. target.Check(request.Key, request.Environment.Target, own),
            .. request.Artifacts.Select(artifact => sources.Check(artifact, own)).OfType<string>(),
            .. request.KnownGoodArtifacts.Select(artifact => sources.Check(artifact, own)).OfType<string>()
                .Select(sentence => $"a rollback would go back to {request.KnownGood?.Version ?? "an earlier version"}, and {sentence}"),
            .. request.Environment.Verify.SelectMany(v => catalog.FindVerification(v.Kind) is { } verification
                ? verification.Check(request.Key, v, own)
                : [$"no verification of kind '{v.Kind}' is registered here"]),
        ];
    }

    private IEnumerable<PlanStep> Verification(PlanRequest request) =>
        request.Environment.Verify.Select((v, ordinal) => catalog.FindVerification(v.Kind)!.Plan(v, request, ordinal));
}

public abstract record PlanOutcome
{
    public sealed record Planned(Plan Plan) : PlanOutcome;

    /// <summary>The answer is no: what was found and what to do next.</summary>
    public sealed record Refused(string Reason, RefusalKind Kind = RefusalKind.No) : PlanOutcome;
}
