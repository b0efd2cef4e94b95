namespace Towpath.AwsEmulator.Calling;

/// <summary>The parts of a SigV4 <c>Authorization</c> header. Source: AWS Signature Version 4 for API requests.</summary>
internal sealed record CredentialScope(string AccessKey, string Date, string Region, string Service, string SignedHeaders, string Signature)
{
    private const string Algorithm = "AWS4-HMAC-SHA256 ";

    public static CredentialScope? Parse(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Algorithm, StringComparison.Ordinal)) return null;
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in authorization[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries))
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                parts[part[..at]] = part[(at + 1)..];
        return Of(parts.GetValueOrDefault("Credential"), parts.GetValueOrDefault("SignedHeaders"), parts.GetValueOrDefault("Signature"));
    }

    /// <summary>Of a presigned link's query.</summary>
    public static CredentialScope? Parse(IQueryCollection query) =>
        query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256" ? Of(query["X-Amz-Credential"], query["X-Amz-SignedHeaders"], query["X-Amz-Signature"]) : null;

    private static CredentialScope? Of(string? credential, string? signedHeaders, string? signature)
    {
        var scope = credential?.Split('/');
        return scope is [.., var date, var region, var service, "aws4_request"] && scope.Length >= 5 && signedHeaders is not null && signature is not null
            ? new CredentialScope(string.Join('/', scope[..^4]), date, region, service, signedHeaders, signature)
            : null;
    }
}
