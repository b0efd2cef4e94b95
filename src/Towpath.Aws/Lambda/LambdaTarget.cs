using Towpath.Aws.Lambda.Api;
using Towpath.Aws.Lambda.Steps;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Lambda;

/// <summary>A function of AWS Lambda behind an alias.</summary>
public sealed class LambdaTarget(LambdaChecks checks, LambdaClient lambda, ParameterLookup parameters, OperatorLimits limits) : ITarget
{
    public string Kind => LambdaSettings.Kind;

    public Rule.Mapping Grammar => LambdaSettings.Grammar;

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits)
    {
        var settings = LambdaSettings.Read(target);
        List<string> problems = [.. PlaceKeys.Check(settings.Place, [settings.Function, settings.Bucket], limits)];
        if (settings.VersionParameter is { } parameter && ProjectChecks.Parameter(limits, parameter) is { } refused) problems.Add($"`version_parameter`: {refused}");
        if (ParameterLookup.NameIn(settings.Bucket) is null && ProjectChecks.Bucket(limits, settings.Bucket) is { } bucket) problems.Add($"`bucket`: {bucket}");
        if (settings.Weights.Zip(settings.Weights.Skip(1)).Any(pair => pair.Second.Percent <= pair.First.Percent)) problems.Add("`weights`: each share must be larger than the one before it");
        if (settings.Weights.Sum(w => w.For.TotalSeconds) > LambdaSettings.LongestShift.TotalSeconds) problems.Add($"`weights` last longer than {LambdaSettings.LongestShift.TotalDays:0} days together; shorten them");
        if (settings.Alarms.Count > 0 && settings.Weights.Count == 0) problems.Add("`alarms` watch a gradual shift: give its `weights`, or leave the alarms out");
        return problems;
    }

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target)
    {
        var settings = LambdaSettings.Read(target);
        return [settings.Place.Claim("lambda", settings.Function, settings.Alias), .. settings.Place.ParameterClaims(settings.VersionParameter)];
    }

    public string? Capability(TargetSpec target) => null;

    public async Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var settings = LambdaSettings.Read(request.Environment.Target);
        if (request.Artifacts is not [{ Kind: ArtifactKind.Function } artifact])
            return new PlanResult.Refused($"a lambda target takes one artifact of the kind function, and this build has {Describe(request.Artifacts)}; change `artifact:` or `target:`", RefusalKind.Wrong);
        var scope = settings.Place.ForLook(request.Key, "plan");
        var place = await FunctionPlace.ResolveAsync(parameters, scope, settings, limits.For(request.Repository), cancellationToken);
        var problems = await checks.ProblemsAsync(scope, settings, place, artifact, cancellationToken);
        return problems.Count > 0 ? new PlanResult.Refused(string.Join("; ", problems), RefusalKind.Wrong) : Plan(request, settings, place, artifact);
    }

    public async Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var settings = LambdaSettings.Read(look.Environment.Target);
        var scope = settings.Place.ForLook(look.Key, "observe");
        var place = await FunctionPlace.ResolveAsync(parameters, scope, settings, limits.For(look.Repository), cancellationToken);
        return place.Problems.Count > 0
            ? new ObserveResult.Refused(string.Join("; ", place.Problems))
            : new ObserveResult.Seen(await LambdaObservation.OfAsync(lambda, scope, (look, settings, place), cancellationToken));
    }

    private static PlanResult.Planned Plan(PlanRequest request, LambdaSettings settings, FunctionPlace place, Artifact artifact)
    {
        var inputs = InputsOf(request, settings, place, artifact);
        return new PlanResult.Planned(
            Forward(inputs),
            request is { KnownGoodArtifacts: [{ Kind: ArtifactKind.Function } good], KnownGood: { } known } ? Back(inputs with { Digest = good.Digest, Reference = good.Reference, Version = known.Version }) : []);
    }

    private static LambdaInputs InputsOf(PlanRequest request, LambdaSettings settings, FunctionPlace place, Artifact artifact) => new()
    {
        Place = settings.Place,
        Application = request.Key.Application,
        Function = place.Function,
        Alias = settings.Alias,
        Bucket = place.Bucket,
        Reference = artifact.Reference,
        Digest = artifact.Digest,
        Version = request.Version,
        VersionParameter = settings.VersionParameter,
        Weights = settings.Weights,
        Alarms = settings.Alarms,
        TakesBack = request.Environment.OnFailure == OnFailure.Rollback,
    };

    private static List<PlanStep> Forward(LambdaInputs inputs) =>
    [
        new PlanStep("copy", CopyStep.Name, Stage.Deploy, Switches: false, inputs.ToJson()),
        new PlanStep("publish", PublishStep.Name, Stage.Deploy, Switches: false, inputs.ToJson()),
        new PlanStep("ready", ReadyStep.Name, Stage.Deploy, Switches: false, inputs.ToJson()),
        new PlanStep("shift", ShiftStep.Name, Stage.Deploy, Switches: true, inputs.ToJson()),
        .. Parameter(inputs),
        new PlanStep("observe", ObserveStep.Name, Stage.Verify, Switches: false, inputs.ToJson()),
    ];

    private static List<PlanStep> Back(LambdaInputs inputs) =>
    [
        new PlanStep("shift-back", ShiftBackStep.Name, Stage.Deploy, Switches: true, inputs.ToJson()),
        .. Parameter(inputs),
        new PlanStep("observe", ObserveStep.Name, Stage.Verify, Switches: false, inputs.ToJson()),
    ];

    private static IEnumerable<PlanStep> Parameter(LambdaInputs inputs) =>
        inputs.VersionParameter is null ? [] : [new PlanStep("parameter", ParameterStep.Name, Stage.Deploy, Switches: false, inputs.ToJson())];

    private static string Describe(IReadOnlyList<Artifact> artifacts) =>
        artifacts.Count == 0 ? "none" : string.Join(", ", artifacts.Select(artifact => $"'{artifact.Name}' ({artifact.Kind})"));
}
