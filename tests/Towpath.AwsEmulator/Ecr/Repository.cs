using System.Security.Cryptography;
using System.Text;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>A repository: images by digest, and the tags that point to them.</summary>
public sealed class Repository
{
    private readonly Dictionary<string, StoredImage> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);

    public Repository(EcrRegion registry, string name)
    {
        (Registry, Name, CreatedAt) = (registry, name, registry.Region.Now);
        Uploads = new Uploads(this);
    }

    public EcrRegion Registry { get; }
    public string Name { get; }
    public string Arn => Registry.Region.Arn("ecr", $"repository/{Name}");
    public string Uri => $"{Registry.Host}/{Name}";
    public DateTimeOffset CreatedAt { get; }
    public string Mutability { get; set; } = "MUTABLE";
    public bool ScansOnPush { get; set; }
    public string? LifecyclePolicy { get; set; }
    public string? Preview { get; set; }
    public string? Policy { get; set; }
    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    public Uploads Uploads { get; }

    /// <summary>Layers and configurations that were uploaded, by digest.</summary>
    public Dictionary<string, byte[]> Blobs { get; } = new(StringComparer.Ordinal);

    public bool Immutable => Mutability.StartsWith("IMMUTABLE", StringComparison.Ordinal);

    /// <summary>Newest first.</summary>
    public IEnumerable<StoredImage> Images => _images.Values.OrderByDescending(image => image.PushedAt).ThenBy(image => image.Digest, StringComparer.Ordinal);

    public IReadOnlyList<string> TagsOf(string digest) =>
        [.. _tags.Where(tag => tag.Value == digest).Select(tag => tag.Key).Order(StringComparer.Ordinal)];

    /// <summary>By tag or digest.</summary>
    public StoredImage? Find(string reference) =>
        _images.GetValueOrDefault(reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference : _tags.GetValueOrDefault(reference, ""));

    /// <summary>Stores a manifest, and points a tag to it whether it may be moved or not.</summary>
    public StoredImage Put(string manifest, string mediaType, string? tag)
    {
        var digest = DigestOf(manifest);
        if (!_images.TryGetValue(digest, out var image))
            _images[digest] = image = new StoredImage(digest, manifest, mediaType, Registry.Region.Now);
        if (tag is not null) _tags[tag] = digest;
        return image;
    }

    public bool Untag(string tag) => _tags.Remove(tag);

    public void Delete(string digest)
    {
        _images.Remove(digest);
        foreach (var tag in TagsOf(digest)) _tags.Remove(tag);
    }

    /// <summary>Whether an index in this repository names the image.</summary>
    public StoredImage? IndexOf(string digest) => _images.Values.FirstOrDefault(image => image.Digest != digest && image.Children.Contains(digest));

    /// <summary>Whether a layer or configuration is here.</summary>
    public bool HasLayer(string digest) => Blobs.ContainsKey(digest) || _images.Values.Any(image => image.Layers.Contains(digest));

    public static string DigestOf(string manifest) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)));
}
