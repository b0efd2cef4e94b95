namespace Towpath.Aws.Calling;

/// <summary>One call, before it is signed.</summary>
public sealed record AwsRequest
{
    public required AwsService Service { get; init; }

    /// <summary>Such as <c>DescribeServices</c>: for limits, errors and permissions.</summary>
    public required string Operation { get; init; }
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>The path, already escaped where its parts need it.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Query parameters, not escaped.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
    public byte[] Body { get; init; } = [];
    public string? ContentType { get; init; }
}

/// <summary>A successful answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="Headers">Its headers, names without regard to case.</param>
public sealed record AwsResponse(int Status, byte[] Body, IReadOnlyDictionary<string, string> Headers);
