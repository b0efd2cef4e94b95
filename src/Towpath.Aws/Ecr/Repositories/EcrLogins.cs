using System.Collections.Concurrent;
using System.Text;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;

namespace Towpath.Aws.Ecr.Repositories;

/// <summary>Logins for registries of Amazon ECR, kept for most of the twelve hours that they last.</summary>
public sealed class EcrLogins(RepositoryClient repositories, AwsOptions options, TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, (EcrLogin Login, DateTimeOffset Until)> _kept = new(StringComparer.Ordinal);

    /// <param name="host">A registry's host.</param>
    /// <param name="refused">A password that the registry just did not accept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null for a host that is not ECR's.</returns>
    public async ValueTask<EcrLogin?> FindAsync(string host, string? refused, CancellationToken cancellationToken)
    {
        if (RepositoryName.OfHost(host) is not { } registry) return null;
        if (_kept.TryGetValue(host, out var kept) && kept.Until > time.GetUtcNow() && kept.Login.Password != refused) return kept.Login;
        // The token is the region's; whose registries it opens follows from the policies of whoever asks.
        var authorization = await repositories.AuthorizeAsync(new AwsScope(registry.Region, options.SharedServicesRole, SessionName.Of("registry")), cancellationToken);
        var until = DateTimeOffset.UnixEpoch.AddSeconds(authorization.ExpiresAt) - Margin;
        return Read(authorization) is { } login ? (_kept[host] = (login, until)).Login : null;
    }

    private static EcrLogin? Read(EcrAuthorization authorization) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(authorization.AuthorizationToken)).Split(':', 2) is [var user, var password] ? new EcrLogin(user, password) : null;
}

/// <summary>A user and password. Never shown.</summary>
public sealed record EcrLogin(string User, string Password)
{
    public override string ToString() => $"a login of {User}";
}
