namespace Towpath.Aws.S3;

/// <summary>One call of S3's REST API, before it is signed.</summary>
internal sealed record S3Request(string Operation, HttpMethod Method, string? Key = null)
{
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
    public S3Body? Body { get; init; }

    /// <summary>Whoever asks slows down by itself, and wants to know at once that it should.</summary>
    public bool TellsThrottling { get; init; }

    /// <summary>Hands the answer over before its body was read.</summary>
    public bool Streams { get; init; }
}
