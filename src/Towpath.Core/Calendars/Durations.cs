namespace Towpath.Core.Calendars;

/// <summary>Durations as people read and write them.</summary>
public static class Durations
{
    /// <summary>In the largest unit that leaves nothing over: <c>30m</c>, <c>2h</c>, <c>7d</c>.</summary>
    public static string Text(TimeSpan duration) => (long)duration.TotalSeconds switch
    {
        var s when s > 0 && s % 86400 == 0 => $"{s / 86400}d",
        var s when s > 0 && s % 3600 == 0 => $"{s / 3600}h",
        var s when s > 0 && s % 60 == 0 => $"{s / 60}m",
        var s => $"{s}s",
    };
}
