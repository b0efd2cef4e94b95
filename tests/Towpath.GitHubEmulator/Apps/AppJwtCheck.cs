using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Apps;

/// <summary>Checks the token that an app signs itself. Source: GitHub, "Generating a JSON Web Token (JWT) for a GitHub App".</summary>
internal static class AppJwtCheck
{
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    public static App Check(EmulatorWorld world, string token)
    {
        var (header, payload, signed, signature) = Parse(token);
        if ((string?)header["alg"] != "RS256") throw Undecodable();
        var app = AppOf(world, payload["iss"]) ?? throw new GitHubFault(StatusCodes.Status404NotFound, "Integration not found");
        using var key = RSA.Create();
        key.ImportFromPem(app.Key);
        if (!key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) throw Undecodable();
        CheckTimes(payload, world.Now);
        return app;
    }

    private static App? AppOf(EmulatorWorld world, JsonNode? issuer)
    {
        var text = issuer?.ToString() ?? "";
        return long.TryParse(text, out var id) ? world.Apps.Find(id) : world.Apps.ByClientId(text);
    }

    private static void CheckTimes(JsonObject payload, DateTimeOffset now)
    {
        if (Seconds(payload, "iat") is not { } issued || issued > now + Leeway)
            throw Refused("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
        if (Seconds(payload, "exp") is not { } expires || expires <= now)
            throw Refused("'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires");
        if (expires > now + TimeSpan.FromMinutes(10)) throw Refused("'Expiration time' claim ('exp') is too far in the future");
    }

    private static DateTimeOffset? Seconds(JsonObject payload, string name) =>
        payload[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? DateTimeOffset.FromUnixTimeSeconds((long)value.GetValue<double>()) : null;

    private static (JsonObject Header, JsonObject Payload, byte[] Signed, byte[] Signature) Parse(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) throw Undecodable();
        try
        {
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0])) as JsonObject ?? throw Undecodable();
            var payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) as JsonObject ?? throw Undecodable();
            return (header, payload, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException)
        {
            throw Undecodable();
        }
    }

    private static GitHubFault Undecodable() => Refused("A JSON web token could not be decoded");

    private static GitHubFault Refused(string message) => new(StatusCodes.Status401Unauthorized, message);
}
