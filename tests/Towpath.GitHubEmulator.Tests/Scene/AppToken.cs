using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Apps;

namespace Towpath.GitHubEmulator.Tests.Scene;

/// <summary>What an app signs itself.</summary>
internal static class AppToken
{
    public static string For(App app, DateTimeOffset now, TimeSpan? lifetime = null, string? key = null, string algorithm = "RS256") =>
        Sign(key ?? app.Key, algorithm, new JsonObject
        {
            ["iat"] = now.AddSeconds(-60).ToUnixTimeSeconds(), ["exp"] = (now + (lifetime ?? TimeSpan.FromMinutes(9))).ToUnixTimeSeconds(), ["iss"] = app.Id.ToString(),
        });

    private static string Sign(string pem, string algorithm, JsonObject payload)
    {
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        var text = $"{Part(new JsonObject { ["typ"] = "JWT", ["alg"] = algorithm })}.{Part(payload)}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
