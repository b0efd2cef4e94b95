using Towpath.Aws.Calling;

namespace Towpath.Aws.S3;

/// <summary>A bucket, and where and on whose behalf it is used.</summary>
public sealed record S3Bucket(AwsScope Scope, string Name)
{
    public override string ToString() => Name;
}

/// <summary>What S3 says of an object.</summary>
/// <param name="ETag">With its quotes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Metadata">User metadata, without <c>x-amz-meta-</c>.</param>
public sealed record S3Object(string ETag, long Size, DateTimeOffset? Modified, IReadOnlyDictionary<string, string> Metadata);

/// <summary>An object's bytes on their way.</summary>
public sealed class S3Download(S3Object about, Stream content, IDisposable response) : IAsyncDisposable, IDisposable
{
    public S3Object About => about;

    public Stream Content => content;

    public async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        response.Dispose();
    }

    public void Dispose()
    {
        content.Dispose();
        response.Dispose();
    }
}

/// <summary>One line of a listing.</summary>
public sealed record S3Listed(string Key, long Size, string ETag, DateTimeOffset? Modified = null);

/// <summary>Bytes to send, as often as retries need them.</summary>
/// <param name="Length">How many.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits. It is part of the signature, so that S3 refuses other bytes.</param>
/// <param name="Open">Begins them anew.</param>
public sealed record S3Body(long Length, string Sha256, Func<HttpContent> Open)
{
    public static S3Body Of(byte[] bytes) => Of(bytes, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));

    public static S3Body Of(ReadOnlyMemory<byte> bytes, string sha256) => new(bytes.Length, sha256, () => new ReadOnlyMemoryContent(bytes));
}

/// <summary>What is stored beside the bytes.</summary>
public sealed record S3Headers(string ContentType)
{
    public string? CacheControl { get; init; }
    public string? ContentEncoding { get; init; }

    /// <summary>By name, without <c>x-amz-meta-</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    internal IEnumerable<KeyValuePair<string, string>> All()
    {
        yield return new("Content-Type", ContentType);
        if (CacheControl is not null) yield return new("Cache-Control", CacheControl);
        if (ContentEncoding is not null) yield return new("Content-Encoding", ContentEncoding);
        foreach (var (name, value) in Metadata) yield return new("x-amz-meta-" + name, value);
    }
}

/// <summary>On what a write depends (Amazon S3 User Guide, "Conditional writes").</summary>
public abstract record S3Condition
{
    /// <summary>Nothing stands under that key.</summary>
    public sealed record Absent : S3Condition;

    /// <summary>What stands there is what the caller saw.</summary>
    public sealed record Unchanged(string ETag) : S3Condition;
}
