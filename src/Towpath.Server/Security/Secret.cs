using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Towpath.Server.Security;

/// <summary>Random secrets and the hashes under which they are kept. Looking a hash up tells nothing about the secret, however long it takes.</summary>
public static class Secret
{
    public const string TokenPrefix = "twp_";
    private const int Bytes = 32;

    /// <summary>More than any secret of ours has; longer ones are not worth hashing.</summary>
    private const int Longest = 256;

    public static string NewToken() => TokenPrefix + New();

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static bool IsPlausible(string? secret) => secret is { Length: > 20 and <= Longest };
}
