namespace Towpath.Aws.S3;

/// <summary>Reads the headers of an answer.</summary>
internal static class S3Answer
{
    private const string Meta = "x-amz-meta-";

    public static S3Object Object(HttpResponseMessage response)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers)
            if (name.StartsWith(Meta, StringComparison.OrdinalIgnoreCase)) metadata[name[Meta.Length..]] = string.Join(", ", values);
        return new S3Object(ETag(response), response.Content.Headers.ContentLength ?? 0, response.Content.Headers.LastModified, metadata);
    }

    public static string ETag(HttpResponseMessage response) =>
        response.Headers.TryGetValues("ETag", out var values) ? values.First() : "";
}
