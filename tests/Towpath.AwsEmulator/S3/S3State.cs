using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.AwsEmulator.S3;

/// <summary>Every bucket; their names are unique over all accounts and regions.</summary>
public sealed class S3State : IDisposable
{
    private readonly EmulatorWorld _world;

    internal S3State(EmulatorWorld world)
    {
        _world = world;
        Blobs = new BlobStore(world.Options.DataFolder);
    }

    internal ConcurrentDictionary<string, Bucket> Buckets { get; } = new(StringComparer.Ordinal);

    internal BlobStore Blobs { get; }

    public static S3State Of(EmulatorState state) => state.Of(static world => new S3State(world));

    public void AddBucket(string name, string? account = null, string? region = null) => Buckets.TryAdd(
        name, new Bucket(name, account ?? _world.Options.Account, region ?? _world.Options.Region, _world.Now));

    /// <summary>Puts an object as if somebody else had; headers are system ones such as Cache-Control, or x-amz-meta-….</summary>
    public void Put(string bucket, string key, byte[] bytes, params (string Name, string Value)[] headers)
    {
        var given = new HeaderDictionary();
        foreach (var (name, value) in headers) given[name] = value;
        var to = Buckets[bucket];
        to.Put(
            new StoredObject
            {
                Key = key, VersionId = to.NewVersionId() ?? "null", Blob = new MemoryBlob(bytes), Modified = _world.Now, Headers = ObjectHeaders.Of(given),
                ETag = $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"",
            },
            static _ => { });
    }

    public void Put(string bucket, string key, string text, params (string Name, string Value)[] headers) => Put(bucket, key, Encoding.UTF8.GetBytes(text), headers);

    /// <summary>The current bytes; null when there are none.</summary>
    public byte[]? BytesOf(string bucket, string key) => Buckets.GetValueOrDefault(bucket)?.Find(key)?.Blob!.ToArray();

    public string? TextOf(string bucket, string key) => BytesOf(bucket, key) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>A header that came with the current object; null when there is none.</summary>
    public string? HeaderOf(string bucket, string key, string name) => Buckets.GetValueOrDefault(bucket)?.Find(key)?.Headers is { } headers
        ? headers[name] ?? headers.Meta.FirstOrDefault(m => m.Key == name).Value
        : null;

    /// <summary>The keys of a bucket's current objects, in order.</summary>
    public IReadOnlyList<string> KeysOf(string bucket) =>
        Buckets[bucket].Read("", all => all.Where(v => !v[^1].IsDeleteMarker).Select(v => v[^1].Key).ToList());

    /// <summary>Configures a bucket as if somebody else had; by the name of the query parameter, such as <c>lifecycle</c>.</summary>
    public void Configure(string bucket, string setting, string document) => Buckets[bucket].Configurations[setting] = Encoding.UTF8.GetBytes(document);

    public void Delete(string bucket, string key) => Buckets[bucket].Delete(key, _world.Now);

    public void Dispose() => Blobs.Dispose();
}
