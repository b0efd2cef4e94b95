using System.Text;

namespace Towpath.AwsEmulator.Calling.Signing;

/// <summary>AWS's URI encoding: everything but unreserved characters, in upper-case hexadecimal.</summary>
internal static class UriEncoding
{
    private const string Hexadecimal = "0123456789ABCDEF";

    public static string Encode(string text, bool keepSlashes)
    {
        if (text.All(c => Stays(c, keepSlashes))) return text;
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b < 128 && Stays((char)b, keepSlashes)) encoded.Append((char)b);
            else encoded.Append('%').Append(Hexadecimal[b >> 4]).Append(Hexadecimal[b & 15]);
        }

        return encoded.ToString();
    }

    private static bool Stays(char c, bool keepSlashes) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' || (keepSlashes && c == '/');
}
