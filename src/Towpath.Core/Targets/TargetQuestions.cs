using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Core.Targets;

/// <summary>
/// Asks targets about themselves. The operator's limits are asked first, so that nothing outside of an application's project is looked at; a fault
/// that explains itself becomes a refusal.
/// </summary>
public sealed class TargetQuestions(
    TargetCatalog catalog, IEnumerable<ITargetPreview> previews, IEnumerable<ITargetInspection> inspections, IEnumerable<IArtifactSource> sources, OperatorLimits limits,
    IEnumerable<ITargetRemoval>? removals = null)
{
    /// <summary>What runs on an environment's target now, as the target says.</summary>
    public Task<ObserveResult> ObserveAsync(ApplicationSpec application, EnvironmentSpec environment, CancellationToken cancellationToken) => AskAsync<ObserveResult>(
        application, environment, async (target, look) => Believed(application, await target.ObserveAsync(look, cancellationToken)), (reason, kind) => new ObserveResult.Refused(reason, kind));

    /// <summary>Whether everything that the target needs is there. A kind that cannot be inspected is observed.</summary>
    public Task<InspectResult> InspectAsync(ApplicationSpec application, EnvironmentSpec environment, CancellationToken cancellationToken) => AskAsync<InspectResult>(
        application, environment,
        async (target, look) => Find(inspections, i => i.Kind, target.Kind) is { } inspection
            ? new InspectResult.Inspected(await inspection.InspectAsync(look, cancellationToken))
            : Observed(target.Kind, await target.ObserveAsync(look, cancellationToken)),
        (reason, kind) => new InspectResult.Refused(reason, kind));

    /// <summary>Takes away what was deployed there. A kind that cannot says what stays.</summary>
    public Task<RemovalResult> RemoveAsync(ApplicationSpec application, EnvironmentSpec environment, CancellationToken cancellationToken) => AskAsync<RemovalResult>(
        application, environment,
        async (target, look) => Find(removals ?? [], r => r.Kind, target.Kind) is { } removal
            ? await removal.RemoveAsync(look, cancellationToken)
            : new RemovalResult.Refused($"Towpath takes nothing away from targets of kind '{target.Kind}': what was deployed last stays there until somebody removes it"),
        (reason, kind) => new RemovalResult.Refused(reason, kind));

    /// <summary>What a planned deployment would change, in detail; null where the target's kind does not tell.</summary>
    public async Task<PreviewResult?> PreviewAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (Find(previews, p => p.Kind, request.Environment.Target.Kind) is not { } preview) return null;
        try
        {
            return await preview.PreviewAsync(request, cancellationToken);
        }
        catch (Exception exception) when (exception is IExplainedFault)
        {
            return new PreviewResult.Refused(((IExplainedFault)exception).Explanation, ((IExplainedFault)exception).Kind);
        }
    }

    private async Task<T> AskAsync<T>(ApplicationSpec application, EnvironmentSpec environment, Func<ITarget, TargetLook, Task<T>> ask, Func<string, RefusalKind, T> refuse)
    {
        var look = new TargetLook(new EnvironmentKey(application.Name, environment.Name), environment, application.Artifacts, application.Repository);
        if (catalog.FindTarget(environment.Target.Kind) is not { } target) return refuse($"no target of kind '{environment.Target.Kind}' is registered here", RefusalKind.Wrong);
        if (target.Check(look.Key, environment.Target, limits.For(application.Repository)) is { Count: > 0 } problems) return refuse(string.Join("; ", problems), RefusalKind.NotAllowed);
        try
        {
            return await ask(target, look);
        }
        catch (Exception exception) when (exception is IExplainedFault)
        {
            return refuse(((IExplainedFault)exception).Explanation, ((IExplainedFault)exception).Kind);
        }
    }

    /// <summary>What a target says can become what a rollback brings back: it may name nothing that the application could not deploy.</summary>
    private ObserveResult Believed(ApplicationSpec application, ObserveResult result) =>
        result is ObserveResult.Seen { Observation: var seen } && seen.Artifacts.Select(a => sources.Check(a, limits.For(application.Repository))).FirstOrDefault(p => p is not null) is { } foreign
            ? new ObserveResult.Seen(seen with { Artifacts = [], Summary = $"{seen.Summary}; but {foreign}" })
            : result;

    private static InspectResult Observed(string kind, ObserveResult result) => result switch
    {
        ObserveResult.Seen { Observation: var seen } => new InspectResult.Inspected(new Finding(kind, StateOf(seen.Health), seen.Summary)),
        ObserveResult.Refused { Kind: RefusalKind.No or RefusalKind.Wrong } refused => new InspectResult.Inspected(new Finding(kind, FindingState.Wrong, refused.Reason)),
        ObserveResult.Refused refused => new InspectResult.Refused(refused.Reason, refused.Kind),
        _ => throw new InvalidOperationException($"target {kind} returned {result.GetType().Name}"),
    };

    private static FindingState StateOf(TargetHealth health) => health switch
    {
        TargetHealth.Nothing or TargetHealth.Healthy or TargetHealth.Changing => FindingState.Ok,
        TargetHealth.Unhealthy => FindingState.Wrong,
        TargetHealth.Unknown => FindingState.Skipped,
    };

    private static T? Find<T>(IEnumerable<T> all, Func<T, string> kindOf, string kind)
        where T : class => all.FirstOrDefault(one => string.Equals(kindOf(one), kind, StringComparison.Ordinal));
}

public abstract record InspectResult
{
    public sealed record Inspected(Finding Finding) : InspectResult;

    /// <summary>It could not be looked at: what was found and what to do next.</summary>
    public sealed record Refused(string Reason, RefusalKind Kind) : InspectResult;
}
