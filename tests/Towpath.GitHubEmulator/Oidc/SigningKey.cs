using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.GitHubEmulator.Oidc;

/// <summary>A key of the issuer.</summary>
public sealed class SigningKey(string id) : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    public string Id { get; } = id;

    /// <summary>Signs any header and payload with RS256, whatever the header says.</summary>
    public string Sign(JsonObject header, JsonObject payload)
    {
        var text = $"{Part(header)}.{Part(payload)}";
        return $"{text}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public JsonObject Public()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA", ["alg"] = "RS256", ["use"] = "sig", ["kid"] = Id, ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    public void Dispose() => _key.Dispose();

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
