using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Oidc;

/// <summary>A token whose signature and times hold.</summary>
internal sealed record CheckedToken(string Issuer, IReadOnlyList<string> Audiences, string Subject, JsonObject Claims);

/// <summary>Checks a token as STS does: RS256 only, with the issuer's published keys. Source: RFC 7515, RFC 7519; wording of AWS STS.</summary>
internal static class TokenCheck
{
    public static string IssuerOf(string token) => (string?)Parse(token).Payload["iss"] ?? throw NotAJwt();

    public static CheckedToken Check(string token, string jwks, DateTimeOffset now)
    {
        var (header, payload, signed, signature) = Parse(token);
        if ((string?)header["alg"] != "RS256") throw Invalid("Token signing algorithm is not supported; only RS256 is.");
        using var key = KeyOf(jwks, (string?)header["kid"]);
        if (!key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) throw Invalid("The token's signature could not be verified.");
        CheckTimes(payload, now);
        var audiences = payload["aud"] switch
        {
            JsonArray many => many.Select(a => (string?)a ?? "").ToList(),
            JsonValue one => [one.ToString()],
            _ => throw Invalid("Missing a required claim: aud"),
        };
        return new CheckedToken(
            (string?)payload["iss"] ?? throw NotAJwt(), audiences, (string?)payload["sub"] ?? throw Invalid("Missing a required claim: sub"), payload);
    }

    private static void CheckTimes(JsonObject payload, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        if (Number(payload, "exp") is not { } expires) throw Invalid("Missing a required claim: exp");
        if (seconds >= expires)
            throw new AwsFault("ExpiredTokenException", string.Create(
                CultureInfo.InvariantCulture, $"Token expired: current date/time {seconds} must be before the expiration date/time {expires}"));
        if (Number(payload, "iat") is null) throw Invalid("Missing a required claim: iat");
        if (Number(payload, "nbf") is { } from && seconds < from) throw Invalid("Token is not valid yet.");
    }

    private static long? Number(JsonObject payload, string name) =>
        payload[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? (long)value.GetValue<double>() : null;

    private static RSA KeyOf(string jwks, string? kid)
    {
        var key = JsonNode.Parse(jwks)!["keys"]!.AsArray().FirstOrDefault(k => (string?)k!["kid"] == kid && (string?)k!["kty"] == "RSA")
            ?? throw Invalid(
                "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements");
        return RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars((string)key["n"]!), Exponent = Base64Url.DecodeFromChars((string)key["e"]!) });
    }

    private static (JsonObject Header, JsonObject Payload, byte[] Signed, byte[] Signature) Parse(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) throw NotAJwt();
        try
        {
            var header = JsonNode.Parse(Decode(parts[0])) as JsonObject ?? throw NotAJwt();
            var payload = JsonNode.Parse(Decode(parts[1])) as JsonObject ?? throw NotAJwt();
            return (header, payload, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]));
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException)
        {
            throw NotAJwt();
        }
    }

    /// <summary>Only the one spelling of the bytes: no padding, no stray bits.</summary>
    private static byte[] Decode(string part)
    {
        var bytes = Base64Url.DecodeFromChars(part);
        return Base64Url.EncodeToString(bytes) == part ? bytes : throw NotAJwt();
    }

    private static AwsFault NotAJwt() => Invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");

    private static AwsFault Invalid(string why) => new("InvalidIdentityToken", why);
}
