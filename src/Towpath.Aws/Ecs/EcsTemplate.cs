namespace Towpath.Aws.Ecs;

/// <summary>The application's partial task definition.</summary>
internal static class EcsTemplate
{
    private const string S3 = "s3://";

    /// <summary>The bucket of <c>s3://bucket/key</c>; null for anything else.</summary>
    public static string? BucketOf(string? place) =>
        place?.StartsWith(S3, StringComparison.Ordinal) == true && place.IndexOf('/', S3.Length) is > 0 and var slash ? place[S3.Length..slash] : null;
}
