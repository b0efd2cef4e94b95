namespace Towpath.AwsEmulator.S3;

/// <summary>One version of an object, or a delete marker.</summary>
internal sealed record StoredObject
{
    public required string Key { get; init; }

    /// <summary>"null" where the bucket is not versioned.</summary>
    public required string VersionId { get; init; }

    /// <summary>Null for a delete marker.</summary>
    public Blob? Blob { get; init; }

    /// <summary>With quotes.</summary>
    public string ETag { get; init; } = "";

    public required DateTimeOffset Modified { get; init; }

    public ObjectHeaders Headers { get; init; } = ObjectHeaders.None;

    public Checksum? Checksum { get; init; }

    /// <summary>How many parts it was made of; 0 where it was put whole.</summary>
    public int Parts { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public bool IsDeleteMarker => Blob is null;

    public long Length => Blob?.Length ?? 0;
}

/// <summary>What a client gave along with the bytes and gets back with them.</summary>
internal sealed record ObjectHeaders(IReadOnlyList<KeyValuePair<string, string>> System, IReadOnlyList<KeyValuePair<string, string>> Meta, string StorageClass)
{
    public static readonly ObjectHeaders None = new([], [], "STANDARD");

    private static readonly string[] Kept =
        ["Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires", "x-amz-website-redirect-location"];

    public string? this[string name] => System.FirstOrDefault(h => h.Key == name).Value;

    public static ObjectHeaders Of(IHeaderDictionary headers)
    {
        var system = new List<KeyValuePair<string, string>>(4);
        foreach (var name in Kept)
        {
            var value = headers[name].ToString();
            if (name == "Content-Encoding") value = string.Join(',', value.Split(',', StringSplitOptions.TrimEntries).Where(e => e != "aws-chunked"));
            if (value.Length > 0) system.Add(new(name, value));
        }

        if (!system.Exists(h => h.Key == "Content-Type")) system.Add(new("Content-Type", "binary/octet-stream"));
        var meta = headers.Where(h => h.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase))
            .Select(h => new KeyValuePair<string, string>(h.Key.ToLowerInvariant(), h.Value.ToString())).ToList();
        return new ObjectHeaders(system, meta, headers["x-amz-storage-class"].ToString() is { Length: > 0 } storage ? storage : "STANDARD");
    }

    public void WriteTo(IHeaderDictionary headers)
    {
        foreach (var (name, value) in System) headers[name] = value;
        foreach (var (name, value) in Meta) headers[name] = value;
        if (StorageClass != "STANDARD") headers["x-amz-storage-class"] = StorageClass;
    }
}
