using Towpath.Aws.Ecr.Repositories;
using Towpath.Oci.Authentication;

namespace Towpath.Cli.Hosting;

/// <summary>Logins for Amazon ECR. What speaks to registries knows nothing of AWS, so that the two meet here.</summary>
internal sealed class EcrRegistryCredentials(EcrLogins logins) : IRegistryCredentials
{
    public async ValueTask<RegistryLogin?> FindAsync(string registry, RegistryLogin? refused, CancellationToken cancellationToken) =>
        await logins.FindAsync(registry, refused?.Password, cancellationToken) is { } login ? new RegistryLogin(login.User, login.Password) : null;

    public string? Hint(string registry) => RepositoryName.OfHost(registry) is null ? null : "give Towpath AWS credentials that may call ecr:GetAuthorizationToken";
}
