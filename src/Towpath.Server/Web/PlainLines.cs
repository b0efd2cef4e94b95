using Towpath.Core;

namespace Towpath.Server.Web;

/// <summary>Text from outside on one line, so that nobody can write lines of the log or of a terminal.</summary>
public static class PlainLines
{
    private const int Longest = 2000;

    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text.Length > Longest) text = text[..Longest] + "…";
        return text.Any(PlainText.Steers) ? string.Concat(text.Select(c => PlainText.Steers(c) ? ' ' : c)) : text;
    }
}
