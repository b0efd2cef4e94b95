namespace Towpath.Oci.Authentication;

/// <summary>Knows logins of registries. Several may be registered; they are asked in turn until one has a login that the registry has not refused.</summary>
public interface IRegistryCredentials
{
    /// <summary>The login for a registry, or null where this source has none.</summary>
    /// <param name="registry">The host, with its port where one is named; <c>docker.io</c> for Docker Hub.</param>
    /// <param name="refused">A login that the registry just did not accept, so that a source that keeps logins gets a new one.</param>
    ValueTask<RegistryLogin?> FindAsync(string registry, RegistryLogin? refused, CancellationToken cancellationToken);

    /// <summary>Why there is no login, where the source knows and the user can do something; said when the registry refuses.</summary>
    string? Hint(string registry) => null;
}

/// <summary>A user and password, or what stands for them. Never shown.</summary>
public sealed record RegistryLogin(string User, string Password)
{
    public override string ToString() => $"RegistryLogin {{ User = {User} }}";
}
