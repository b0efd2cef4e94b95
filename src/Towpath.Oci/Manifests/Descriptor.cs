using Towpath.Core.Artifacts;

namespace Towpath.Oci.Manifests;

/// <summary>Names bytes in a registry (OCI image specification, "Content Descriptors").</summary>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    public Platform? Platform { get; init; }
}

/// <summary>What an image runs on.</summary>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    public override string ToString() => Variant is { Length: > 0 } ? $"{Os}/{Architecture}/{Variant}" : $"{Os}/{Architecture}";
}
