using System.Globalization;

namespace Towpath.Core.Applications.Grammar;

/// <summary>Durations as people write them: <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>; one whole number above zero and one unit.</summary>
public static class DurationText
{
    /// <summary>Ten years: whoever writes more has made a mistake.</summary>
    private const long Longest = 10L * 365 * 24 * 3600;

    public const string Expected = "a whole number and one of s, m, h, d, such as 30s, 5m, 2h or 7d";

    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null or { Length: < 2 or > 10 } || UnitSeconds(text[^1]) is not { } unit) return false;
        if (!long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        if (count is 0 || count > Longest / unit) return false;
        duration = TimeSpan.FromSeconds(count * unit);
        return true;
    }

    /// <summary>In the largest unit that leaves nothing over, to the second.</summary>
    public static string Of(TimeSpan duration) => (long)duration.TotalSeconds switch
    {
        var s when s > 0 && s % (24 * 3600) == 0 => $"{s / (24 * 3600)}d",
        var s when s > 0 && s % 3600 == 0 => $"{s / 3600}h",
        var s when s > 0 && s % 60 == 0 => $"{s / 60}m",
        var s => $"{s}s",
    };

    private static long? UnitSeconds(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        _ => null,
    };
}
