namespace Towpath.Oci.Manifests;

/// <summary>What registries keep (OCI image specification; Docker image manifest version 2, schema 2).</summary>
public static class MediaTypes
{
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>All of them, so that no registry converts an index into one platform's manifest.</summary>
    public static IReadOnlyList<string> Manifests { get; } = [OciIndex, DockerList, OciManifest, DockerManifest];

    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerList;

    public static bool IsManifest(string mediaType) => mediaType is OciManifest or DockerManifest;
}
