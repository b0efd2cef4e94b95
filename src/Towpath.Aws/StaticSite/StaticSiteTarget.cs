using Towpath.Aws.StaticSite.Steps;
using Towpath.Aws.Steps;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

/// <summary>A static site in an S3 bucket, with or without CloudFront before it.</summary>
internal sealed class StaticSiteTarget(StaticSiteLooks looks, StaticSiteObservation observation, OperatorLimits limits) : ITarget
{
    public string Kind => StaticSiteSettings.Kind;

    public Rule.Mapping Grammar => StaticSiteSettings.Grammar;

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits)
    {
        var site = StaticSiteSettings.Read(target);
        List<string> problems = [.. PlaceKeys.Check(site.Place, site.Values.Values, limits)];
        if (Ssm.ParameterLookup.NameIn(site.Bucket) is null && ProjectChecks.Bucket(limits, site.Bucket) is { } bucket) problems.Add($"`bucket`: {bucket}");
        if (site.KeyParameter is { } parameter && ProjectChecks.Parameter(limits, parameter) is { } refused) problems.Add($"`key_parameter`: {refused}");
        return problems;
    }

    // A folder in a bucket lies below the bucket.
    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target)
    {
        var site = StaticSiteSettings.Read(target);
        return [$"s3:{site.Bucket.Replace('/', '|')}/{site.Folder}".TrimEnd('/'), .. site.Place.ParameterClaims(site.KeyParameter)];
    }

    public string? Capability(TargetSpec target) => null;

    public async Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (request.Artifacts is not [{ Kind: ArtifactKind.StaticSite } artifact])
            return new PlanResult.Refused($"a static-site takes one artifact of the kind static-site, and this build has {Describe(request.Artifacts)}; change `artifact:` or `target:`", RefusalKind.Wrong);
        return await looks.LookAsync(request.Key, request.Environment.Target, "plan", limits.For(request.Repository), cancellationToken) switch
        {
            SiteLook.Refused refused => new PlanResult.Refused(refused.Reason, refused.Kind),
            SiteLook.Seen seen => Plan(request, seen.Site, artifact),
            var other => throw new InvalidOperationException(other.GetType().Name),
        };
    }

    public async Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken)
    {
        switch (await looks.LookAsync(look.Key, look.Environment.Target, "observe", limits.For(look.Repository), cancellationToken))
        {
            case SiteLook.Refused refused: return new ObserveResult.Refused(refused.Reason, refused.Kind);
            case SiteLook.Seen seen: return new ObserveResult.Seen(await observation.OfAsync(look, seen, cancellationToken));
            default: throw new InvalidOperationException("a look is seen or refused");
        }
    }

    private static PlanResult.Planned Plan(PlanRequest request, StaticSiteSettings site, Artifact artifact)
    {
        var good = request.KnownGoodArtifacts is [{ Kind: ArtifactKind.StaticSite } known] ? known : null;
        IReadOnlyList<Digest> keep = good is null ? [] : [good.Digest];
        return new PlanResult.Planned(
            Steps(new StaticSiteInputs(request.Key, site, artifact.Reference, artifact.Digest, keep), prunes: true),
            good is null ? [] : Steps(new StaticSiteInputs(request.Key, site, good.Reference, good.Digest, []), prunes: false));
    }

    private static List<PlanStep> Steps(StaticSiteInputs inputs, bool prunes)
    {
        List<PlanStep> steps =
        [
            Step("fetch", FetchStep.Name, Stage.Deploy),
            Step("assets", AssetsStep.Name, Stage.Deploy),
            Step("pages", PagesStep.Name, Stage.Deploy, switches: true),
        ];
        if (inputs.Site.DistributionId is not null) steps.Add(Step("invalidate", InvalidateStep.Name, Stage.Deploy));
        if (inputs.Site.KeyParameter is not null) steps.Add(Step("record", RecordStep.Name, Stage.Deploy));
        steps.Add(Step("observe", ObserveStep.Name, Stage.Verify));
        if (prunes) steps.Add(Step("prune", PruneStep.Name, Stage.Verify));
        return steps;

        PlanStep Step(string name, string kind, Stage stage, bool switches = false) => new(name, kind, stage, switches, inputs.ToJson());
    }

    private static string Describe(IReadOnlyList<Artifact> artifacts) =>
        artifacts.Count == 0 ? "none" : string.Join(", ", artifacts.Select(artifact => $"'{artifact.Name}' ({artifact.Kind})"));
}
