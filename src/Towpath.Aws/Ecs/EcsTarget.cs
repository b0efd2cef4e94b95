using Towpath.Aws.Calling;
using Towpath.Aws.Steps;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>One or several services of Amazon ECS, and scheduled tasks, that run the application's images.</summary>
internal sealed class EcsTarget(EcsPlanning planning, EcsObservation observation) : ITarget
{
    public string Kind => EcsSettings.Kind;

    public Rule.Mapping Grammar => EcsGrammar.Root;

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits)
    {
        var settings = EcsSettings.Read(key, target);
        var reach = new EcsReach(limits, settings.Place);
        List<string> problems = [.. PlaceKeys.Check(settings.Place, settings.Named.Distinct(StringComparer.Ordinal), limits)];
        if (settings.VersionParameter is { } parameter && ProjectChecks.Parameter(limits, parameter) is { } refused) problems.Add($"`version_parameter`: {refused}");
        foreach (var (name, reference) in settings.Secrets)
            if (reach.Secret(reference) is { } foreign) problems.Add($"`secrets.{name}`: {foreign}");
        if (EcsTemplate.BucketOf(settings.TaskDefinition) is { } bucket && ProjectChecks.Bucket(limits, bucket) is { } other) problems.Add($"`task_definition`: {other}");
        return [.. problems, .. EcsTemplate.Check(target, settings.TaskDefinition, reach)];
    }

    // ARNs would be exact, but names may still have to be looked up; two specs that reach one service by different names are caught when they deploy.
    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target)
    {
        var settings = EcsSettings.Read(key, target);
        return
        [
            .. settings.Services.Select(s => settings.Place.Claim("ecs", "service", s.Cluster ?? settings.Cluster, s.Service)),
            .. settings.ScheduledTasks.Select(r => settings.Place.Claim("ecs", "rule", r.EventBus ?? "default", r.Rule)),
            .. settings.Place.ParameterClaims(settings.VersionParameter),
        ];
    }

    public string? Capability(TargetSpec target) => null;

    public async Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await planning.PlanAsync(request, cancellationToken) switch
            {
                EcsPlanned.Ready ready => new PlanResult.Planned(EcsSteps.Forward(ready.Deploy), EcsSteps.Back(ready.Deploy, ready.Rollback)) { OnlyUndoes = ready.Rollback is null },
                EcsPlanned.Refused refused => new PlanResult.Refused(refused.Reason, refused.Kind),
                var other => throw new InvalidOperationException(other.GetType().Name),
            };
        }
        catch (AwsException e) when (e.IsDenied)
        {
            return new PlanResult.Refused(AwsWords.Of(e), RefusalKind.NotAllowed);
        }
    }

    public async Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken)
    {
        try
        {
            return await observation.ObserveAsync(look, cancellationToken);
        }
        catch (AwsException e) when (e.IsDenied)
        {
            return new ObserveResult.Refused(AwsWords.Of(e), RefusalKind.NotAllowed);
        }
    }
}
