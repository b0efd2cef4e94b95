using Towpath.Oci.Manifests;
using Towpath.Oci.References;

namespace Towpath.Oci;

/// <summary>
/// What Towpath asks of any registry that follows the OCI distribution specification. All calls throw
/// <see cref="Calling.RegistryException"/> where the registry says no, answers nonsense or does not answer.
/// </summary>
public interface IOciClient
{
    /// <summary>What a tag or digest stands for, as the registry tells it, without moving bytes; null where there is nothing.</summary>
    Task<ManifestHead?> ResolveAsync(ImageReference image, CancellationToken cancellationToken);

    /// <summary>The manifest or index itself; null where there is none.</summary>
    Task<Manifest?> FindManifestAsync(ImageReference image, CancellationToken cancellationToken);
}

internal sealed class OciClient(ManifestClient manifests) : IOciClient
{
    public Task<ManifestHead?> ResolveAsync(ImageReference image, CancellationToken cancellationToken) =>
        manifests.HeadAsync(image, cancellationToken);

    public Task<Manifest?> FindManifestAsync(ImageReference image, CancellationToken cancellationToken) =>
        manifests.FindAsync(image, cancellationToken);
}
