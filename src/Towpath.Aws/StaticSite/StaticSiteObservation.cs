using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

/// <summary>What a site is now, as its bucket says.</summary>
internal sealed class StaticSiteObservation(S3Client s3, SsmClient ssm, IEnumerable<IArtifactSource> sources, OperatorLimits limits)
{
    private const string Index = "index.html";

    public async Task<Observation> OfAsync(TargetLook look, SiteLook.Seen seen, CancellationToken cancellationToken)
    {
        var (place, manifest) = (seen.Place, seen.Manifest.Manifest);
        if (manifest.Digest is not { } digest) return await StrangeAsync(look, seen, cancellationToken);
        var artifact = new Artifact(NameOf(look), ArtifactKind.StaticSite, manifest.Reference ?? "", digest);
        if (manifest.Changing is { } changing)
            return new Observation
            {
                Health = TargetHealth.Changing,
                Summary = $"{place} was {digest.Short}, and deployment {changing.Deployment} began to make it {changing.Digest.Short}",
                Artifacts = [artifact],
                Since = manifest.At,
            };
        var problem = await ProblemAsync(s3, place, manifest, cancellationToken);
        return new Observation
        {
            Health = problem is null ? TargetHealth.Healthy : TargetHealth.Unhealthy,
            Summary = problem ?? $"{place} is {digest.Short}, {manifest.Files.Count} files",
            Artifacts = [artifact],
            Since = manifest.At,
        };
    }

    /// <summary>Asks the bucket for the front page, or whatever stands for it.</summary>
    /// <returns>Null where it is the release's, else what was found and what to do.</returns>
    public static async Task<string?> ProblemAsync(S3Client s3, SitePlace place, SiteManifest manifest, CancellationToken cancellationToken)
    {
        var path = manifest.Files.ContainsKey(Index) ? Index : manifest.Files.OrderBy(f => f.Value.Immutable).ThenBy(f => !SiteNames.IsPage(f.Key)).Select(f => f.Key).FirstOrDefault();
        if (path is null) return $"{place} has no files";
        var found = await s3.HeadAsync(place.Bucket, place.KeyOf(path), cancellationToken);
        const string next = "see who else writes there, remove .towpath/manifest.json, and deploy again";
        if (found is null) return $"{place}{path} is not there, though it was deployed; {next}";
        return found.Metadata.GetValueOrDefault("sha256") == manifest.Files[path].Sha256.Hex ? null : $"{place}{path} is not what was deployed; {next}";
    }

    /// <summary>A site that Towpath did not deploy: whoever did may have written down which artifact it is.</summary>
    private async Task<Observation> StrangeAsync(TargetLook look, SiteLook.Seen seen, CancellationToken cancellationToken)
    {
        var front = await s3.HeadAsync(seen.Place.Bucket, seen.Place.KeyOf(Index), cancellationToken);
        if (front is null) return new Observation { Health = TargetHealth.Nothing, Summary = $"{seen.Place} has no {Index}" };
        var unknown = new Observation { Health = TargetHealth.Unknown, Summary = $"{seen.Place} has a site that Towpath did not deploy", Since = front.Modified };
        if (await RecordedAsync(look, seen, cancellationToken) is not { } reference) return unknown;
        var source = sources.FirstOrDefault(s => s.Scheme == ArtifactScheme.Of(ArtifactKind.StaticSite, reference));
        // Who may write the parameter could have it name anybody's bytes, and what runs is what a rollback goes back to.
        if (source?.Check(reference, limits.For(look.Repository)) is { } refused)
            return unknown with { Summary = $"{unknown.Summary}; {seen.Site.KeyParameter} says that it is {reference}, but {refused}" };
        return source is not null && await source.DescribeAsync(reference, cancellationToken) is ArtifactLookup.Found found
            ? unknown with
            {
                Health = TargetHealth.Healthy,
                Summary = $"{seen.Place} has a site that Towpath did not deploy; {seen.Site.KeyParameter} says that it is {reference}",
                Artifacts = [new Artifact(NameOf(look), ArtifactKind.StaticSite, reference, found.Digest, found.Size)],
            }
            : unknown with { Summary = $"{unknown.Summary}; {seen.Site.KeyParameter} says that it is {reference}, which cannot be read" };
    }

    private async Task<string?> RecordedAsync(TargetLook look, SiteLook.Seen seen, CancellationToken cancellationToken)
    {
        if (seen.Site.KeyParameter is not { } parameter) return null;
        var key = await ssm.ReadAsync(seen.Place.Bucket.Scope, parameter, cancellationToken);
        if (key is null || key.Contains("://", StringComparison.Ordinal)) return key;
        return look.Artifacts is [var only] && S3Reference.Parse(only.Source) is { } place ? $"s3://{place.Bucket}/{key}" : key;
    }

    private static string NameOf(TargetLook look) => look.Artifacts is [var only] ? only.Name : Artifact.DefaultName;
}
