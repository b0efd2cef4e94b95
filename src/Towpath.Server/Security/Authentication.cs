using System.Net.Http.Headers;
using Towpath.Engine.Storage;

namespace Towpath.Server.Security;

/// <summary>Finds out who is asking: by bearer token, or by the dashboard's session.</summary>
public sealed class Authentication(IStore store, TimeProvider time)
{
    public const string Cookie = "towpath_session";

    /// <summary>Null where there is no credential that counts. With an Authorization header nothing else is looked at.</summary>
    public async Task<Caller?> FindCallerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is { Count: > 0 } header)
            return AuthenticationHeaderValue.TryParse(header, out var value) && string.Equals(value.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
                ? await ByTokenAsync(value.Parameter, cancellationToken)
                : null;
        return await BySessionAsync(request.Cookies[Cookie], cancellationToken);
    }

    public async Task<Caller?> ByTokenAsync(string? secret, CancellationToken cancellationToken) =>
        Secret.IsPlausible(secret) && await store.Access.FindTokenAsync(Secret.Hash(secret!), cancellationToken) is { } token && IsGood(token)
            ? Of(token, null)
            : null;

    /// <summary>Whether a caller that was let in would be let in again: long-lived answers ask every few seconds.</summary>
    public async Task<bool> IsStillGoodAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (await store.Access.GetTokenAsync(caller.TokenId, cancellationToken) is not { } token || !IsGood(token)) return false;
        return caller.SessionHash is not { } hash || (await store.Access.FindSessionAsync(hash, cancellationToken) is { } session && IsGood(session));
    }

    private async Task<Caller?> BySessionAsync(string? secret, CancellationToken cancellationToken)
    {
        if (!Secret.IsPlausible(secret)) return null;
        if (await store.Access.FindSessionAsync(Secret.Hash(secret!), cancellationToken) is not { } session || !IsGood(session)) return null;
        return await store.Access.GetTokenAsync(session.TokenId, cancellationToken) is { } token && IsGood(token) ? Of(token, session.Hash) : null;
    }

    private bool IsGood(AccessToken token) => token.RevokedAt is null && (token.ExpiresAt is null || time.GetUtcNow() < token.ExpiresAt);

    private bool IsGood(Session session) => time.GetUtcNow() < session.ExpiresAt;

    private static Caller Of(AccessToken token, string? sessionHash) => new()
    {
        User = token.User,
        TokenId = token.Id,
        Scopes = token.Scopes,
        Applications = token.Applications,
        Administrator = token.Administrator,
        SessionHash = sessionHash,
    };
}
