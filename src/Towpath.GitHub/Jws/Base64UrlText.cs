using System.Buffers;
using System.Buffers.Text;

namespace Towpath.GitHub.Jws;

/// <summary>
/// Base64url as RFC 7515, section 2, writes it: no padding, no space, and one way only to write any bytes. A reader that takes others
/// takes tokens that differ from the ones it saw before.
/// </summary>
internal static class Base64UrlText
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Null where the text is anything else.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet)) return null;
        var bytes = new byte[text.Length / 4 * 3 + Math.Max(0, text.Length % 4 - 1)];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != bytes.Length) return null;
        // The bits that the last character has too many are zero.
        return text.SequenceEqual(Base64Url.EncodeToString(bytes)) ? bytes : null;
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
