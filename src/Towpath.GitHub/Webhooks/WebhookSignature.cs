using System.Security.Cryptography;
using System.Text;

namespace Towpath.GitHub.Webhooks;

/// <summary>
/// Whether a delivery is from whoever knows the webhook's secret: HMAC-SHA256 over the bytes as they came, compared in constant time. GitHub's older header with
/// SHA-1 is not looked at (GitHub Docs, Validating webhook deliveries).
/// </summary>
public static class WebhookSignature
{
    public const string Header = "X-Hub-Signature-256";
    private const string Scheme = "sha256=";

    /// <summary>Whether it has the form of one, so that nothing need be read where it has not.</summary>
    public static bool IsPlausible(string? header) =>
        header is not null && header.Length == Scheme.Length + (2 * HMACSHA256.HashSizeInBytes) && header.StartsWith(Scheme, StringComparison.Ordinal);

    /// <param name="secret">The webhook's secret.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="header">What <see cref="Header"/> says.</param>
    public static bool IsRight(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> body, string? header)
    {
        if (secret.IsEmpty || !IsPlausible(header)) return false;
        Span<byte> told = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Convert.FromHexString(header.AsSpan(Scheme.Length), told, out _, out var written) != System.Buffers.OperationStatus.Done || written != told.Length) return false;
        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, body, right);
        return CryptographicOperations.FixedTimeEquals(told, right);
    }

    /// <summary>As GitHub would sign it.</summary>
    public static string Of(string secret, ReadOnlySpan<byte> body) =>
        Scheme + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
