using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Towpath.Oci.Calling;

namespace Towpath.Oci.Authentication;

/// <summary>What proves to a registry who asks. Kept per registry and scope, made anew when the registry does not accept it any longer.</summary>
internal sealed class Authorizer(IEnumerable<IRegistryCredentials> credentials, TokenService tokens, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Registry, string Scope), Grant> _grants = new();
    private readonly ConcurrentDictionary<string, RegistryLogin> _logins = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>What was accepted before; null where nothing is known.</summary>
    public AuthenticationHeaderValue? Known(RegistryRequest request) =>
        _logins.TryGetValue(request.Registry, out var login) ? TokenService.BasicOf(login)
        : _grants.TryGetValue(KeyOf(request), out var grant) && grant.Until > time.GetUtcNow() ? grant.Header
        : null;

    /// <summary>What answers a challenge; null where there is nothing to answer it with.</summary>
    /// <param name="request">The request.</param>
    /// <param name="challenge">What the registry asked for.</param>
    /// <param name="refused">What was sent along.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(
        RegistryRequest request, Challenge challenge, AuthenticationHeaderValue? refused, CancellationToken cancellationToken)
    {
        // One at a time for each registry: many requests that begin together need one token, not many.
        var turn = _turns.GetOrAdd(request.Registry, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (Known(request) is { } newer && !newer.Equals(refused)) return newer;
            _grants.TryRemove(KeyOf(request), out _);
            _logins.TryRemove(request.Registry, out var old);
            return challenge switch
            {
                Challenge.Bearer bearer => await TokenAsync(request, bearer, cancellationToken),
                _ => await LoginAsync(request.Registry, old, cancellationToken),
            };
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What the user can do where a registry refuses.</summary>
    public string? Hint(string registry) => credentials.Select(c => c.Hint(registry)).OfType<string>().LastOrDefault();

    private async Task<AuthenticationHeaderValue> TokenAsync(RegistryRequest request, Challenge.Bearer challenge, CancellationToken cancellationToken)
    {
        var login = await FindAsync(request.Registry, refused: null, cancellationToken);
        Grant grant;
        try
        {
            grant = await tokens.RequestAsync(request.Registry, challenge, request.Scopes, login, cancellationToken);
        }
        catch (RegistryException exception) when (exception.IsDenied && login is not null)
        {
            // A source that keeps logins may have a newer one, or another source a better one.
            if (await FindAsync(request.Registry, login, cancellationToken) is not { } other) throw;
            grant = await tokens.RequestAsync(request.Registry, challenge, request.Scopes, other, cancellationToken);
        }

        _grants[KeyOf(request)] = grant;
        return grant.Header;
    }

    private async Task<AuthenticationHeaderValue?> LoginAsync(string registry, RegistryLogin? refused, CancellationToken cancellationToken)
    {
        if (await FindAsync(registry, refused, cancellationToken) is not { } login) return null;
        _logins[registry] = login;
        return TokenService.BasicOf(login);
    }

    private async Task<RegistryLogin?> FindAsync(string registry, RegistryLogin? refused, CancellationToken cancellationToken)
    {
        foreach (var source in credentials)
            if (await source.FindAsync(registry, refused, cancellationToken) is { } login && login != refused) return login;
        return null;
    }

    private static (string Registry, string Scope) KeyOf(RegistryRequest request) => (request.Registry, string.Join(' ', request.Scopes));
}
