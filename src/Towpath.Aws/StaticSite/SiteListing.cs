using Towpath.Aws.S3;

namespace Towpath.Aws.StaticSite;

/// <summary>What lies in a site's folder of the bucket, by path; Towpath's own things are left out.</summary>
internal static class SiteListing
{
    public static async Task<Dictionary<string, S3Listed>> ReadAsync(S3Client s3, SitePlace place, CancellationToken cancellationToken)
    {
        var listed = new Dictionary<string, S3Listed>(StringComparer.Ordinal);
        await foreach (var item in s3.ListAsync(place.Bucket, place.Folder, cancellationToken))
            if (item.Key[place.Folder.Length..] is var path && !path.StartsWith(SitePlace.OwnFolder, StringComparison.Ordinal)) listed[path] = item;
        return listed;
    }
}
