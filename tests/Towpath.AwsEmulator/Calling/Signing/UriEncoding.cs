using System.Buffers;
using System.Text;

namespace Towpath.AwsEmulator.Calling.Signing;

/// <summary>AWS's URI encoding: everything but unreserved characters, in upper-case hexadecimal.</summary>
internal static class UriEncoding
{
    private const string Hexadecimal = "0123456789ABCDEF";
    private const string Kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static readonly SearchValues<char> Unreserved = SearchValues.Create(Kept);
    private static readonly SearchValues<char> UnreservedAndSlash = SearchValues.Create(Kept + "/");

    public static string Encode(string text, bool keepSlashes)
    {
        if (!text.AsSpan().ContainsAnyExcept(keepSlashes ? UnreservedAndSlash : Unreserved)) return text;
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if ((keepSlashes ? UnreservedAndSlash : Unreserved).Contains((char)b)) encoded.Append((char)b);
            else encoded.Append('%').Append(Hexadecimal[b >> 4]).Append(Hexadecimal[b & 15]);
        }

        return encoded.ToString();
    }
}
