using System.Security.Cryptography;
using System.Text;

namespace Towpath.GitHub.Jws;

/// <summary>RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3), on the platform's cryptography.</summary>
public static class Rs256
{
    public const string Name = "RS256";

    /// <summary>The shortest key that RFC 7518 allows.</summary>
    public const int LeastBits = 2048;

    /// <summary>What a longer one would cost is paid by whoever verifies.</summary>
    public const int MostBits = 8192;

    /// <summary>A token in the compact form.</summary>
    /// <param name="key">The private key.</param>
    /// <param name="payload">The claims, a JSON object in UTF-8.</param>
    /// <param name="keyId">The key's name, for tokens that others verify; null for none.</param>
    public static string Sign(RSA key, ReadOnlySpan<byte> payload, string? keyId = null)
    {
        var header = keyId is null ? """{"alg":"RS256","typ":"JWT"}""" : $$"""{"alg":"RS256","typ":"JWT","kid":"{{System.Text.Json.JsonEncodedText.Encode(keyId)}}"}""";
        var signed = $"{Base64UrlText.Encode(Encoding.UTF8.GetBytes(header))}.{Base64UrlText.Encode(payload)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64UrlText.Encode(signature)}";
    }

    public static bool Verify(JsonWebKey key, SignedToken token)
    {
        if (token.Signature.Length != key.Modulus.Length) return false;
        using var rsa = RSA.Create(new RSAParameters { Modulus = key.Modulus.ToArray(), Exponent = key.Exponent.ToArray() });
        return rsa.VerifyData(token.Signed.Span, token.Signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Reads a private key as GitHub gives it out (PKCS#1 or PKCS#8, PEM).</summary>
    /// <param name="pem">The text of the file.</param>
    /// <param name="reason">Why not, without anything of the key: <c>is not …</c>.</param>
    public static RSA? ReadPrivateKey(string pem, out string? reason)
    {
        var key = RSA.Create();
        reason = ReasonAgainst(key, pem);
        if (reason is null) return key;
        key.Dispose();
        return null;
    }

    private static string? ReasonAgainst(RSA key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize < LeastBits) return $"is a key of {key.KeySize} bits, and {LeastBits} are the least";
            return IsPrivate(key) ? null : "is a public key, and the private one is needed";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return "is not one RSA private key in PEM form without a password";
        }
    }

    private static bool IsPrivate(RSA key)
    {
        try
        {
            key.SignData([], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
