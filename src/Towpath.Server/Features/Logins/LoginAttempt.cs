using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Towpath.Server.Web;
using Secret = Towpath.Server.Security.Secret;

namespace Towpath.Server.Features.Logins;

/// <summary>A login that began in this browser and ends when the provider sends it back.</summary>
public sealed record LoginAttempt
{
    /// <summary>Who is asked; an answer of another provider does not fit.</summary>
    public required string Provider { get; init; }

    /// <summary>Comes back with the browser.</summary>
    public required string State { get; init; }

    /// <summary>The provider gives the token only to whoever knows it (RFC 7636).</summary>
    public required string Verifier { get; init; }

    /// <summary>Stands in the token that is made for this attempt.</summary>
    public required string Nonce { get; init; }

    /// <summary>Where the provider sends the browser; the same when the code is exchanged.</summary>
    public required string Redirect { get; init; }

    /// <summary>Where people wanted to go, a path of ours.</summary>
    public required string To { get; init; }

    public required DateTimeOffset At { get; init; }

    [JsonIgnore]
    public Uri RedirectUri => new(Redirect);

    /// <summary>SHA-256 of the verifier in base64url.</summary>
    [JsonIgnore]
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public override string ToString() => $"login by {Provider}";
}

/// <summary>Keeps an attempt where nobody else has it: encrypted, in a cookie of the browser that began it. Nothing is kept here, so that strangers cannot fill anything.</summary>
public sealed class LoginAttempts(IDataProtectionProvider protection, TimeProvider time)
{
    public const string Cookie = "towpath_login";
    public static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _protector = protection.CreateProtector("Towpath.Login");

    public LoginAttempt Begin(HttpContext http, string provider, string redirect, string? to)
    {
        var attempt = new LoginAttempt
        {
            Provider = provider, State = Secret.New(), Verifier = Secret.New(), Nonce = Secret.New(), Redirect = redirect, To = LoginPage.Local(to), At = time.GetUtcNow(),
        };
        http.Response.Cookies.Append(Cookie, _protector.Protect(JsonSerializer.Serialize(attempt, LoginJson.Default.LoginAttempt)), Options(http, ValidFor));
        return attempt;
    }

    /// <summary>What this browser began with this provider and the browser brings back now; whatever comes of it, it is over.</summary>
    public Answer<LoginAttempt> End(HttpContext http, string provider, string? state)
    {
        var attempt = Read(http.Request.Cookies[Cookie]);
        http.Response.Cookies.Delete(Cookie, Options(http, null));
        var isOurs = attempt is not null && state is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(attempt.State))
            && string.Equals(attempt.Provider, provider, StringComparison.Ordinal);
        return isOurs && time.GetUtcNow() - attempt!.At < ValidFor ? attempt : NotBegun;
    }

    private static Refusal NotBegun => new(
        RefusalKind.Unauthenticated, "state_refused", "This login did not begin in this browser, was ended already, or took longer than ten minutes. Log in again.");

    private LoginAttempt? Read(string? cookie)
    {
        if (cookie is null) return null;
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(cookie), LoginJson.Default.LoginAttempt);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    // Lax: the provider sends the browser back from its own site.
    private static CookieOptions Options(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, Path = "/login", MaxAge = life, IsEssential = true,
    };
}

[JsonSerializable(typeof(LoginAttempt))]
internal sealed partial class LoginJson : JsonSerializerContext;
