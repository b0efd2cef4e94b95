using Towpath.Aws.Bootstrap.Policies;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Bootstrap;

/// <summary>The places in buckets that an application's zips are built to.</summary>
public static class SourceAccess
{
    private const string Scheme = "s3://";

    /// <summary>Reading them.</summary>
    public static IEnumerable<PolicyStatement> Of(string application, IEnumerable<ArtifactSpec> artifacts)
    {
        string[] places = [.. artifacts.Select(a => PlaceOf(application, a)).OfType<BuildPlace>().Select(p => p.Arn).Distinct(StringComparer.Ordinal)];
        if (places.Length > 0) yield return PolicyStatement.Allow(["s3:GetObject"], places);
    }

    /// <summary>Bucket and prefix of a source such as <c>s3://builds/web/{sha}.zip</c>; null for one that is no bucket.</summary>
    public static BuildPlace? PlaceOf(string application, ArtifactSpec artifact)
    {
        if (artifact.Kind == ArtifactKind.Container || !artifact.Source.StartsWith(Scheme, StringComparison.Ordinal)) return null;
        var source = artifact.Source[Scheme.Length..].Replace("{slug}", application, StringComparison.Ordinal);
        if (source.Split('/', 2) is not [{ Length: > 0 } bucket, var key]) return null;
        var fixedPart = key.IndexOf('{', StringComparison.Ordinal) is >= 0 and var brace ? key[..brace] : key;
        return new BuildPlace(bucket, fixedPart[..(fixedPart.LastIndexOf('/') + 1)]);
    }
}

/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">What the keys of this application begin with; ends with a slash, or is empty.</param>
public sealed record BuildPlace(string Bucket, string Prefix)
{
    public string Arn => $"arn:aws:s3:::{Bucket}/{Prefix}*";

    /// <summary>Some key could lie in both.</summary>
    public bool Overlaps(BuildPlace other) =>
        Bucket == other.Bucket && (Prefix.StartsWith(other.Prefix, StringComparison.Ordinal) || other.Prefix.StartsWith(Prefix, StringComparison.Ordinal));
}
