using System.Text;

namespace Towpath.Core.Applications;

/// <summary>The text of configuration's files.</summary>
public static class ConfigurationText
{
    /// <summary>Null where the bytes are not UTF-8.</summary>
    public static string? Of(byte[] bytes)
    {
        try
        {
            // As people's editors write it: a byte-order mark says nothing about the content.
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
