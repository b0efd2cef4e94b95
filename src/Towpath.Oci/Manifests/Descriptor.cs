using System.Text.Json.Serialization;
using Towpath.Core.Artifacts;

namespace Towpath.Oci.Manifests;

/// <summary>Names bytes in a registry (OCI image specification, "Content Descriptors").</summary>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    public Platform? Platform { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public string? ArtifactType { get; init; }

    /// <summary>Bytes that lie elsewhere and may not be copied.</summary>
    [JsonIgnore]
    public bool IsForeign => MediaType.Contains(".foreign.", StringComparison.Ordinal) || MediaType.Contains(".nondistributable.", StringComparison.Ordinal);
}

/// <summary>What an image runs on.</summary>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    /// <summary>Build tools attach attestations to an index under a platform that is none.</summary>
    [JsonIgnore]
    public bool IsUnknown => Os is "unknown" or "" || Architecture is "unknown" or "";

    public override string ToString() => Variant is { Length: > 0 } ? $"{Os}/{Architecture}/{Variant}" : $"{Os}/{Architecture}";
}
