using System.Text.Json;
using Towpath.Core;
using Towpath.GitHub.Jws;

namespace Towpath.GitHub.Oidc;

/// <summary>Says whether a token comes from an issuer that is believed, is for us, and counts now. Does not know which tokens were used before: keep <see cref="VerifiedToken.Id"/>.</summary>
public sealed class TokenVerifier(KeySets keys, OidcOptions options, TimeProvider time)
{
    /// <summary>9999-12-31, the last day that an instant can be on.</summary>
    private const double LastSecond = 253402300799;

    /// <param name="token">The compact form, without <c>Bearer</c>.</param>
    /// <param name="issuer">Who must have signed it: one of the configured ones, as this door allows.</param>
    /// <param name="audience">Whom it must be for: us.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<TokenResult> VerifyAsync(string token, string issuer, string audience, CancellationToken cancellationToken) => VerifyAsync(token, issuer, [audience], cancellationToken);

    /// <param name="token">The compact form, without <c>Bearer</c>.</param>
    /// <param name="issuer">Who must have signed it: one of the configured ones, as this door allows.</param>
    /// <param name="audiences">Our names: it must be for one of them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<TokenResult> VerifyAsync(string token, string issuer, IReadOnlyList<string> audiences, CancellationToken cancellationToken) => JwsReader.Read(token) switch
    {
        JwsReading.Read read => VerifyAsync(read.Token, issuer, audiences, cancellationToken),
        JwsReading.Refused refused => Task.FromResult<TokenResult>(new TokenResult.Refused(refused.Reason)),
        var other => throw new InvalidOperationException(other.GetType().Name),
    };

    private async Task<TokenResult> VerifyAsync(SignedToken token, string issuer, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        // Before anybody is asked for keys: whose they would be.
        if (!token.Claims.TryText("iss", out var named) || !string.Equals(named, issuer, StringComparison.Ordinal))
            return new TokenResult.Refused($"it was issued by '{Shown(named)}', and only {issuer} counts here");
        try
        {
            if (await keys.FindAsync(issuer, token.KeyId, cancellationToken) is not { } key) return new TokenResult.Refused($"it names the key '{Shown(token.KeyId)}', which {issuer} does not have");
            return Rs256.Verify(key, token) ? Judge(token.Claims, issuer, audiences) : new TokenResult.Refused("its signature is wrong");
        }
        catch (IssuerException e)
        {
            return new TokenResult.Unknown(e.Explanation);
        }
    }

    private TokenResult Judge(JsonElement claims, string issuer, IReadOnlyList<string> audiences)
    {
        if (AudienceProblem(claims, audiences) is { } foreign) return new TokenResult.Refused(foreign);
        if (Instant(claims, "exp") is not { } expires || Instant(claims, "iat") is not { } issued) return new TokenResult.Refused("it does not say when it was issued (iat) and when it ends (exp)");
        if (TimeProblem(claims, issued, expires) is { } untimely) return new TokenResult.Refused(untimely);
        return claims.TryText("sub", out var subject)
            ? new TokenResult.Verified(new VerifiedToken(issuer, subject, issued, expires, claims) { Id = claims.TryText("jti", out var id) ? id : null, ForgetAt = expires + options.Leeway })
            : new TokenResult.Refused("it does not say of whom it is (sub)");
    }

    private string? TimeProblem(JsonElement claims, DateTimeOffset issued, DateTimeOffset expires)
    {
        var now = time.GetUtcNow();
        if (now >= expires + options.Leeway) return $"it ended at {expires:u}, and it is {now:u} here; get a new one";
        if (issued > now + options.Leeway) return $"it was issued at {issued:u}, and it is only {now:u} here; check the clocks";
        if (expires <= issued) return "it ends before it begins";
        if (expires - issued > options.LongestLife) return $"it is good for more than {options.LongestLife.TotalHours:0.#} hours";
        if (!claims.TryGetProperty("nbf", out _)) return null;
        if (Instant(claims, "nbf") is not { } begins) return "its beginning (nbf) is no instant";
        return begins > now + options.Leeway ? $"it begins at {begins:u}, and it is only {now:u} here; check the clocks" : null;
    }

    /// <summary>One audience, ours; of several the token must say that we are the one that it was made for (OpenID Connect Core 1.0, section 3.1.3.7).</summary>
    private static string? AudienceProblem(JsonElement claims, IReadOnlyList<string> ours)
    {
        string?[] named = !claims.TryGetProperty("aud", out var value) ? []
            : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(StrictJson.AsText)]
            : [value.AsText()];
        if (ours.FirstOrDefault(name => named.Contains(name, StringComparer.Ordinal)) is not { } audience)
            return $"it is for '{Shown(string.Join("', '", named))}', and not for '{string.Join("' or '", ours)}'; ask for a token with the audience '{ours[0]}'";
        var party = claims.TryGetProperty("azp", out var authorized) ? authorized.AsText() ?? "" : null;
        if (named.Length > 1 && party is null) return "it is for several, and does not say for whom it was made (azp)";
        return party is not null && !string.Equals(party, audience, StringComparison.Ordinal) ? $"it was made for '{Shown(party)}', and not for '{audience}'" : null;
    }

    /// <summary>A NumericDate of RFC 7519: seconds since 1970, perhaps with a fraction.</summary>
    private static DateTimeOffset? Instant(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    private static string Shown(string? text) => PlainText.Of(text ?? "", 200);
}

public abstract record TokenResult
{
    public sealed record Verified(VerifiedToken Token) : TokenResult;

    /// <summary>A half sentence about the token, for people: <c>its signature is wrong</c>.</summary>
    public sealed record Refused(string Reason) : TokenResult;

    /// <summary>It could not be found out; the token may be good. Says what to do.</summary>
    public sealed record Unknown(string Explanation) : TokenResult;
}

/// <summary>A token that counts.</summary>
/// <param name="Issuer">Who says it.</param>
/// <param name="Subject">Of whom.</param>
/// <param name="IssuedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="Claims">All that it says.</param>
public sealed record VerifiedToken(string Issuer, string Subject, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, JsonElement Claims)
{
    /// <summary>The token's own name (jti), the same whenever it is used again; null where it has none.</summary>
    public string? Id { get; init; }

    /// <summary>Until then <see cref="Id"/> is to be remembered; after it the token is refused for its age.</summary>
    public required DateTimeOffset ForgetAt { get; init; }
}
