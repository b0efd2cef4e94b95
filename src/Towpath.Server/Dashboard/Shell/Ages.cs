namespace Towpath.Server.Dashboard.Shell;

/// <summary>Spans of time in words. The page's script knows the same words and keeps them up to date.</summary>
public static class Ages
{
    public static string Ago(DateTimeOffset at, DateTimeOffset now)
    {
        var age = now - at;
        if (age < TimeSpan.FromSeconds(-5)) return "in " + Span(-age);
        return age < TimeSpan.FromSeconds(45) ? "just now" : Span(age) + " ago";
    }

    /// <summary>The largest unit that fits.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 59.5 } => $"{Math.Max(0, Math.Round(span.TotalSeconds)):0} s",
        { TotalMinutes: < 59.5 } => $"{Math.Round(span.TotalMinutes):0} min",
        { TotalHours: < 23.5 } => $"{Math.Round(span.TotalHours):0} h",
        _ => $"{Math.Round(span.TotalDays):0} d",
    };

    /// <summary>How long something took: to the tenth of a second where that tells something.</summary>
    public static string Took(TimeSpan span) => span switch
    {
        { TotalSeconds: < 9.95 } => $"{Math.Max(0, span.TotalSeconds):0.0} s",
        { TotalSeconds: < 59.5 } => $"{span.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{Math.Floor(span.TotalMinutes):0} min {span.Seconds:0} s",
        _ => $"{Math.Floor(span.TotalHours):0} h {span.Minutes:0} min",
    };

    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss") + " UTC";
}
