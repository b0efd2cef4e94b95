using System.Collections.Frozen;
using System.Numerics;
using System.Text.Json;

namespace Towpath.GitHub.Jws;

/// <summary>A public RSA key that RS256 tokens may be verified with.</summary>
/// <param name="Id">The issuer's name for it.</param>
/// <param name="Modulus">Big-endian, without leading zeros.</param>
/// <param name="Exponent">Big-endian, without leading zeros.</param>
public sealed record JsonWebKey(string Id, ReadOnlyMemory<byte> Modulus, ReadOnlyMemory<byte> Exponent)
{
    /// <summary>Null where it is no key for us: of another kind or purpose, too short or too long, private, or without a name.</summary>
    public static JsonWebKey? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !IsOurs(json) || json.TryGetProperty("d", out _)) return null;
        if (!json.TryText("kid", out var id) || !json.TryText("n", out var n) || !json.TryText("e", out var e)) return null;
        return Number(n) is { } modulus && Number(e) is { } exponent && IsStrong(modulus, exponent) ? new JsonWebKey(id, modulus, exponent) : null;
    }

    private static bool IsOurs(JsonElement json) =>
        json.TryText("kty", out var kind) && kind == "RSA"
        && (!json.TryGetProperty("use", out var use) || use.AsText() == "sig")
        && (!json.TryGetProperty("alg", out var algorithm) || algorithm.AsText() == Rs256.Name)
        && (!json.TryGetProperty("key_ops", out var uses) || (uses.ValueKind == JsonValueKind.Array && uses.EnumerateArray().Any(u => u.AsText() == "verify")));

    private static byte[]? Number(string text) => Base64UrlText.Decode(text) is { } bytes ? bytes.AsSpan().TrimStart((byte)0).ToArray() : null;

    /// <summary>Long enough, and an exponent that is not 1, not even, and not there to make verifying slow.</summary>
    private static bool IsStrong(byte[] modulus, byte[] exponent)
    {
        if (modulus.Length == 0 || exponent.Length is 0 or > 4) return false;
        var bits = new BigInteger(modulus, isUnsigned: true, isBigEndian: true).GetBitLength();
        return bits is >= Rs256.LeastBits and <= Rs256.MostBits && (modulus[^1] & 1) == 1 && (exponent[^1] & 1) == 1 && exponent is not [1];
    }
}

/// <summary>The keys that an issuer publishes (RFC 7517, section 5), by name. Keys that are not for us are left out.</summary>
public sealed class JsonWebKeySet
{
    private const int MostKeys = 100;

    private readonly FrozenDictionary<string, JsonWebKey> _keys;

    private JsonWebKeySet(IEnumerable<JsonWebKey> keys) =>
        // Of two with one name nobody knows which is meant: neither is.
        _keys = keys.GroupBy(k => k.Id, StringComparer.Ordinal).Where(g => g.Count() == 1).ToFrozenDictionary(g => g.Key, g => g.Single(), StringComparer.Ordinal);

    public int Count => _keys.Count;

    public JsonWebKey? Find(string id) => _keys.GetValueOrDefault(id);

    /// <summary>Null where it is no set of keys at all.</summary>
    public static JsonWebKeySet? Read(ReadOnlyMemory<byte> utf8) =>
        StrictJson.TryRead(utf8, out var json) && json.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array && keys.GetArrayLength() <= MostKeys
            ? new JsonWebKeySet(keys.EnumerateArray().Select(JsonWebKey.Read).OfType<JsonWebKey>())
            : null;
}
