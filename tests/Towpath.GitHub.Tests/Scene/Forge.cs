using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Scene;

/// <summary>Makes tokens, right ones and others, without the code that is tested.</summary>
internal static class Forge
{
    public const string Issuer = "https://token.actions.githubusercontent.com";
    public const string Audience = "https://towpath.example";
    public const string KeyId = "key-1";

    public static readonly RSA Key = RSA.Create(2048);
    public static readonly RSA OtherKey = RSA.Create(2048);
    public static readonly RSA ShortKey = RSA.Create(1024);

    public static string Header { get; } = $$"""{"typ":"JWT","alg":"RS256","x5t":"thumb","kid":"{{KeyId}}"}""";

    /// <summary>What GitHub Actions says of a run on main.</summary>
    public static JsonObject Claims() => new()
    {
        ["jti"] = "6f2c1f7e-0001",
        ["iss"] = Issuer,
        ["aud"] = Audience,
        ["sub"] = "repo:acme/web:ref:refs/heads/main",
        ["iat"] = Seconds(0),
        ["nbf"] = Seconds(-600),
        ["exp"] = Seconds(900),
        ["repository"] = "acme/web",
        ["repository_id"] = "74",
        ["repository_owner"] = "acme",
        ["repository_owner_id"] = "65",
        ["repository_visibility"] = "private",
        ["ref"] = "refs/heads/main",
        ["ref_type"] = "branch",
        ["sha"] = "0123456789abcdef0123456789abcdef01234567",
        ["workflow"] = "ci",
        ["workflow_ref"] = "acme/web/.github/workflows/ci.yml@refs/heads/main",
        ["job_workflow_ref"] = "acme/shared/.github/workflows/build.yml@refs/tags/v1",
        ["event_name"] = "push",
        ["run_id"] = "30433642",
        ["run_number"] = "29",
        ["run_attempt"] = "2",
        ["runner_environment"] = "github-hosted",
        ["actor"] = "octocat",
        ["actor_id"] = "12",
        ["environment"] = "production",
        ["head_ref"] = "",
        ["base_ref"] = "",
    };

    public static long Seconds(double after) => VirtualTime.Start.AddSeconds(after).ToUnixTimeSeconds();

    public static JsonObject Claims(string name, JsonNode? value)
    {
        var claims = Claims();
        if (value is null) claims.Remove(name);
        else claims[name] = value;
        return claims;
    }

    public static string Token(JsonObject? claims = null, string? header = null, RSA? key = null) => Sign(header ?? Header, (claims ?? Claims()).ToJsonString(), key ?? Key);

    public static string Sign(string header, string payload, RSA key)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>The public key, as its issuer publishes it.</summary>
    public static JsonObject PublicKey(RSA key, string id = KeyId)
    {
        var numbers = key.ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["alg"] = "RS256", ["use"] = "sig", ["kid"] = id, ["n"] = Encode(numbers.Modulus!), ["e"] = Encode(numbers.Exponent!) };
    }

    public static string KeySet(params JsonObject[] keys) => new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
