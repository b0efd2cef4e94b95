using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.Core.Artifacts;

namespace Towpath.Oci.Manifests;

/// <summary>A manifest or an index: its very bytes, since the digest is theirs, and what they say.</summary>
public sealed record Manifest
{
    // Nobody has one; what all layers have together must still be a number.
    private const long LargestBlob = 1L << 45;

    /// <summary>As the registry told it, or as the bytes say.</summary>
    public required string MediaType { get; init; }
    public required ReadOnlyMemory<byte> Bytes { get; init; }
    public required Digest Digest { get; init; }

    /// <summary>What the manifests of an index describe: one for each platform, and attestations. Empty for a manifest.</summary>
    public IReadOnlyList<Descriptor> Manifests { get; init; } = [];

    public Descriptor? Config { get; init; }

    public IReadOnlyList<Descriptor> Layers { get; init; } = [];

    public bool IsIndex => MediaTypes.IsIndex(MediaType);

    /// <summary>All blobs that a manifest needs.</summary>
    public IEnumerable<Descriptor> Blobs => Config is null ? Layers : Layers.Prepend(Config);

    /// <param name="bytes">What the registry answered.</param>
    /// <param name="told">The media type that it told.</param>
    /// <exception cref="FormatException">The bytes are not a manifest that can be carried; the message says why.</exception>
    public static Manifest Parse(ReadOnlyMemory<byte> bytes, string? told)
    {
        var document = Read(bytes.Span);
        var type = TypeOf(document, told);
        // One text that two readers understand differently is how a digest comes to mean two images.
        if (MediaTypes.IsIndex(type) ? document.Layers is not null || document.Config is not null : document.Manifests is not null)
            throw new FormatException($"a {type} that is an index and a manifest at once");
        if (MediaTypes.IsIndex(type) ? document.Manifests is null : document.Layers is null && document.Config is null)
            throw new FormatException($"a {type} without its {(MediaTypes.IsIndex(type) ? "manifests" : "layers")}");
        return new Manifest
        {
            MediaType = type,
            Bytes = bytes,
            Digest = Digest.Of(bytes.Span),
            Manifests = Checked(document.Manifests),
            Config = document.Config is { } config ? Checked([config])[0] : null,
            Layers = Checked(document.Layers),
        };
    }

    private static ManifestDocument Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, ManifestJson.Default.ManifestDocument) ?? throw new FormatException("nothing");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"text that is not a manifest in JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine})", exception);
        }
    }

    private static string TypeOf(ManifestDocument document, string? told)
    {
        var type = told is not null && MediaTypes.Manifests.Contains(told, StringComparer.Ordinal) ? told : document.MediaType ?? told;
        if (type is null || !MediaTypes.Manifests.Contains(type, StringComparer.Ordinal))
            throw new FormatException($"a document of the type '{PlainText.Of(type ?? "none", 100)}', which Towpath does not carry");
        return document.MediaType is null || string.Equals(document.MediaType, type, StringComparison.Ordinal)
            ? type
            : throw new FormatException($"a document that is told to be {type} and calls itself '{PlainText.Of(document.MediaType, 100)}'");
    }

    private static IReadOnlyList<Descriptor> Checked(IReadOnlyList<Descriptor>? descriptors) =>
        descriptors is null || descriptors.All(d => d is { Size: >= 0 and <= LargestBlob, Digest.Value.Length: > 0 })
            ? descriptors ?? []
            : throw new FormatException("a manifest with a descriptor that has no digest or no possible size");
}

/// <summary>Both kinds in one shape; which one it is the media type says.</summary>
internal sealed record ManifestDocument
{
    public string? MediaType { get; init; }
    public Descriptor? Config { get; init; }
    public IReadOnlyList<Descriptor>? Layers { get; init; }
    public IReadOnlyList<Descriptor>? Manifests { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 32)]
[JsonSerializable(typeof(ManifestDocument))]
internal sealed partial class ManifestJson : JsonSerializerContext;
