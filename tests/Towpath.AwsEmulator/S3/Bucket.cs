using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Towpath.AwsEmulator.S3;

/// <summary>A bucket: its objects with their versions, newest last, and its configurations as they were put.</summary>
internal sealed class Bucket(string name, string account, string region, DateTimeOffset created)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<string> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<StoredObject>> _versions = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public string Account { get; } = account;

    public string Region { get; } = region;

    public DateTimeOffset Created { get; } = created;

    /// <summary>Null, Enabled or Suspended.</summary>
    public string? Versioning { get; set; }

    /// <summary>Bodies by sub-resource, such as lifecycle.</summary>
    public ConcurrentDictionary<string, byte[]> Configurations { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, MultipartUpload> Uploads { get; } = new(StringComparer.Ordinal);

    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _keys.Count == 0;
        }
    }

    public int Count
    {
        get
        {
            lock (_lock) return _versions.Values.Count(v => !v[^1].IsDeleteMarker);
        }
    }

    public string? NewVersionId() => Versioning == "Enabled" ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) : null;

    /// <summary>The current version; null when there is none or it is a delete marker.</summary>
    public StoredObject? Find(string key)
    {
        lock (_lock) return _versions.TryGetValue(key, out var versions) && !versions[^1].IsDeleteMarker ? versions[^1] : null;
    }

    public StoredObject? Find(string key, string versionId)
    {
        lock (_lock) return _versions.GetValueOrDefault(key)?.Find(v => v.VersionId == versionId);
    }

    /// <summary>Puts a version if the condition about the current one holds; the condition throws when it does not.</summary>
    public void Put(StoredObject stored, Action<StoredObject?> condition)
    {
        lock (_lock)
        {
            var versions = _versions.GetValueOrDefault(stored.Key);
            condition(versions?[^1] is { IsDeleteMarker: false } current ? current : null);
            if (versions is null)
            {
                _versions[stored.Key] = versions = new List<StoredObject>(1);
                _keys.Add(stored.Key);
            }

            // A bucket without versioning has the one version "null"; a suspended one replaces it.
            if (stored.VersionId == "null" && versions.FindIndex(v => v.VersionId == "null") is >= 0 and var at)
            {
                versions[at].Blob?.Release();
                versions.RemoveAt(at);
            }

            versions.Add(stored);
        }
    }

    /// <summary>The same version with other tags; nothing when it is gone meanwhile.</summary>
    public void Replace(StoredObject old, StoredObject changed)
    {
        lock (_lock)
            if (_versions.GetValueOrDefault(old.Key) is { } versions && versions.IndexOf(old) is >= 0 and var at) versions[at] = changed;
    }

    /// <summary>Deletes, or puts a delete marker where the bucket is versioned; returns the marker.</summary>
    public StoredObject? Delete(string key, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (Versioning is null)
            {
                if (_versions.GetValueOrDefault(key) is { } only) Remove(key, only, only[^1]);
                return null;
            }
        }

        var marker = new StoredObject { Key = key, VersionId = NewVersionId() ?? "null", Modified = now };
        Put(marker, static _ => { });
        return marker;
    }

    /// <summary>Deletes one version for good; returns it.</summary>
    public StoredObject? Delete(string key, string versionId)
    {
        lock (_lock)
        {
            if (_versions.GetValueOrDefault(key) is not { } versions || versions.Find(v => v.VersionId == versionId) is not { } version) return null;
            Remove(key, versions, version);
            return version;
        }
    }

    /// <summary>Reads in the order of keys, from <paramref name="from"/> on; the versions of a key are newest last.</summary>
    public T Read<T>(string from, Func<IEnumerable<IReadOnlyList<StoredObject>>, T> read)
    {
        lock (_lock)
            return read(_keys.Count == 0 || StringComparer.Ordinal.Compare(from, _keys.Max) > 0 ? [] : _keys.GetViewBetween(from, _keys.Max).Select(k => _versions[k]));
    }

    private void Remove(string key, List<StoredObject> versions, StoredObject version)
    {
        version.Blob?.Release();
        versions.Remove(version);
        if (versions.Count > 0) return;
        _versions.Remove(key);
        _keys.Remove(key);
    }
}
