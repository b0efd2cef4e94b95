using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Oidc;

/// <summary>Mints tokens as GitHub Actions does. Tests take it as their identity provider.</summary>
public sealed class TestIssuer : IDisposable
{
    public const string GitHub = "https://token.actions.githubusercontent.com";

    public TestIssuer(TimeProvider time, string issuer = GitHub)
    {
        Time = time;
        Issuer = issuer;
    }

    public string Issuer { get; }

    public string KeyId { get; } = Guid.CreateVersion7().ToString("N");

    public RSA Key { get; } = RSA.Create(2048);

    /// <summary>What tokens live without saying otherwise; GitHub's live five minutes.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The claims of the next tokens, beside the registered ones.</summary>
    public JsonObject Claims { get; set; } = GitHubClaims("acme/web-app", "1001", "2002", "refs/heads/main");

    private TimeProvider Time { get; }

    /// <summary>The public keys as a JSON Web Key Set.</summary>
    public string Jwks
    {
        get
        {
            var key = Key.ExportParameters(includePrivateParameters: false);
            return new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "RSA", ["alg"] = "RS256", ["use"] = "sig", ["kid"] = KeyId,
                    ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
                }),
            }.ToJsonString();
        }
    }

    /// <summary>The claims of a workflow run.</summary>
    public static JsonObject GitHubClaims(string repository, string repositoryId, string ownerId, string gitRef, string? environment = null)
    {
        var claims = new JsonObject
        {
            ["sub"] = environment is null ? $"repo:{repository}:ref:{gitRef}" : $"repo:{repository}:environment:{environment}",
            ["repository"] = repository, ["repository_id"] = repositoryId,
            ["repository_owner"] = repository.Split('/')[0], ["repository_owner_id"] = ownerId,
            ["repository_visibility"] = "private", ["ref"] = gitRef, ["ref_type"] = "branch", ["ref_protected"] = "true",
            ["event_name"] = "push", ["actor"] = "kim", ["actor_id"] = "3003", ["run_id"] = "4004", ["run_number"] = "7", ["run_attempt"] = "1",
            ["runner_environment"] = "github-hosted", ["workflow"] = "deploy", ["workflow_ref"] = $"{repository}/.github/workflows/deploy.yaml@{gitRef}",
            ["job_workflow_ref"] = $"{repository}/.github/workflows/deploy.yaml@{gitRef}", ["sha"] = "0123456789abcdef0123456789abcdef01234567",
        };
        if (environment is not null) claims["environment"] = environment;
        return claims;
    }

    /// <summary>A signed token; <paramref name="changes"/> replace or, where null, remove claims of the payload.</summary>
    public string Mint(string audience, JsonObject? changes = null)
    {
        var payload = (JsonObject)Claims.DeepClone();
        var now = Time.GetUtcNow();
        payload["iss"] = Issuer;
        payload["aud"] = audience;
        payload["jti"] = Guid.CreateVersion7().ToString();
        payload["iat"] = now.ToUnixTimeSeconds();
        payload["nbf"] = now.AddMinutes(-10).ToUnixTimeSeconds();
        payload["exp"] = now.Add(Lifetime).ToUnixTimeSeconds();
        foreach (var (name, value) in changes ?? [])
            if (value is null) payload.Remove(name);
            else payload[name] = value.DeepClone();
        return Sign(new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = KeyId }, payload);
    }

    /// <summary>Signs any header and payload with RS256, whatever the header says.</summary>
    public string Sign(JsonObject header, JsonObject payload)
    {
        var text = $"{Part(header)}.{Part(payload)}";
        return $"{text}.{Base64Url.EncodeToString(Key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public void Dispose() => Key.Dispose();

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
