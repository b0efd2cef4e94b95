using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.Steps;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

/// <summary>Fills in what a spec leaves to parameters, and reads what Towpath knows of the site.</summary>
internal sealed class StaticSiteLooks(ParameterLookup parameters, ManifestStore manifests)
{
    /// <returns>Null where the application may use a bucket of that name.</returns>
    public static SiteLook.Refused? BucketProblem(string name, OperatorLimits limits)
    {
        if (!PlaceKeys.IsBucket(name)) return new SiteLook.Refused($"`bucket`: '{name}' is no bucket's name; mend the parameter", RefusalKind.Wrong);
        return ProjectChecks.Bucket(limits, name) is { } foreign ? new SiteLook.Refused($"`bucket`: {foreign}", RefusalKind.NotAllowed) : null;
    }

    /// <param name="key">The environment.</param>
    /// <param name="target">Its target.</param>
    /// <param name="purpose">Names the session, such as <c>plan</c>.</param>
    /// <param name="limits">What the application may use: a parameter may hold the name of anybody's bucket, and that is not touched.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AwsException">It could not be found out, and another try may help.</exception>
    public async Task<SiteLook> LookAsync(EnvironmentKey key, TargetSpec target, string purpose, OperatorLimits limits, CancellationToken cancellationToken)
    {
        var site = StaticSiteSettings.Read(target);
        var scope = site.Place.ForLook(key, purpose);
        try
        {
            var found = await parameters.ResolveAsync(scope, site.Values, site.KeyParameter, cancellationToken);
            if (found.Missing.Count > 0) return new SiteLook.Refused(string.Join("; ", found.Missing), RefusalKind.Wrong);
            site = site with { Bucket = found.Values["bucket"], DistributionId = found.Values.GetValueOrDefault("distribution") };
            if (BucketProblem(site.Bucket, limits) is { } problem) return problem;
            if (site.DistributionId is { } id && !StaticSiteSettings.IsDistribution(id)) return new SiteLook.Refused($"`distribution`: '{id}' is no id of a distribution; mend the parameter", RefusalKind.Wrong);
        }
        catch (AwsException e) when (LookRefusal.KindOf(e) is { } kind)
        {
            return new SiteLook.Refused(AwsWords.Of(e), kind);
        }

        var place = new SitePlace(new S3Bucket(scope, site.Bucket), site.Folder);
        try
        {
            return new SiteLook.Seen(site, place, await manifests.ReadAnewAsync(place, cancellationToken));
        }
        catch (AwsException e) when (LookRefusal.KindOf(e) is { } kind)
        {
            return new SiteLook.Refused(S3Words.Of(e, place.Bucket), kind);
        }
        catch (UnreadableManifestException e)
        {
            return new SiteLook.Refused(e.Message, RefusalKind.No);
        }
    }
}

internal abstract record SiteLook
{
    /// <param name="Site">Every value filled in.</param>
    /// <param name="Place">Where it is.</param>
    /// <param name="Manifest">What is known of it.</param>
    public sealed record Seen(StaticSiteSettings Site, SitePlace Place, SeenManifest Manifest) : SiteLook;

    public sealed record Refused(string Reason, RefusalKind Kind) : SiteLook;
}
