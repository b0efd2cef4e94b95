using System.Text;
using System.Text.Json;

namespace Towpath.GitHub.Jws;

/// <summary>
/// Takes apart a token in the compact form of RFC 7515, strictly: three parts, RS256, a key that is named and never one that the token brings along.
/// Nothing that it returns is to be believed before <see cref="Rs256.Verify"/> said so.
/// </summary>
public static class JwsReader
{
    /// <summary>GitHub's tokens have about 2,000 characters.</summary>
    public const int LongestToken = 16 * 1024;

    private const int LongestHeader = 2 * 1024;
    private const int LongestSignature = Rs256.MostBits / 8 * 4 / 3 + 4;
    private const int LongestKeyId = 256;

    /// <summary>A key in the token, or a way to one, would be a key of whoever made the token; the others change what is signed or what it means.</summary>
    private static readonly string[] Refused = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc", "cty"];

    public static JwsReading Read(string token)
    {
        if (token.Length > LongestToken) return No($"it has {token.Length} characters, and {LongestToken} are the most");
        var parts = token.Split('.', 5);
        if (parts.Length != 3) return No("it does not have three parts");
        if (parts[0].Length > LongestHeader) return No($"its header has more than {LongestHeader} characters");
        if (parts[2].Length is 0 or > LongestSignature) return No(parts[2].Length == 0 ? "it is not signed" : "its signature is longer than any that is accepted");
        if (Base64UrlText.Decode(parts[0]) is not { } header || Base64UrlText.Decode(parts[1]) is not { } payload || Base64UrlText.Decode(parts[2]) is not { } signature)
            return No("a part of it is not base64url without padding");
        if (!StrictJson.TryRead(header, out var fields)) return No("its header is not one JSON object with each member once");
        if (Problem(fields) is { } problem) return No(problem);
        if (!fields.TryText("kid", out var kid) || kid.Length > LongestKeyId) return No("its header names no key (kid)");
        if (!StrictJson.TryRead(payload, out var claims)) return No("its content is not one JSON object with each member once");
        return new JwsReading.Read(new SignedToken(kid, claims, Encoding.ASCII.GetBytes(token, 0, parts[0].Length + 1 + parts[1].Length), signature));
    }

    private static string? Problem(JsonElement header)
    {
        if (!header.TryText("alg", out var algorithm) || !string.Equals(algorithm, Rs256.Name, StringComparison.Ordinal))
            return $"its algorithm is not {Rs256.Name}, the only one that is accepted";
        if (Refused.FirstOrDefault(name => header.TryGetProperty(name, out _)) is { } refused) return $"its header has '{refused}', which is not accepted";
        return header.TryGetProperty("typ", out var type) && !string.Equals(type.AsText(), "JWT", StringComparison.OrdinalIgnoreCase)
            ? "its header says that it is something else than a JWT"
            : null;
    }

    private static JwsReading.Refused No(string reason) => new(reason);
}

public abstract record JwsReading
{
    public sealed record Read(SignedToken Token) : JwsReading;

    /// <summary>A half sentence about the token, for people: <c>its algorithm is not RS256, …</c>.</summary>
    public sealed record Refused(string Reason) : JwsReading;
}

/// <summary>A token whose form is right. Its signature has not been looked at.</summary>
/// <param name="KeyId">The name of the key that it says it is signed with.</param>
/// <param name="Claims">What it says.</param>
/// <param name="Signed">What the signature is over.</param>
/// <param name="Signature">The signature.</param>
public sealed record SignedToken(string KeyId, JsonElement Claims, ReadOnlyMemory<byte> Signed, ReadOnlyMemory<byte> Signature)
{
    public override string ToString() => nameof(SignedToken);
}
