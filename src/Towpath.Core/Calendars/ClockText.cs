using System.Globalization;

namespace Towpath.Core.Calendars;

/// <summary>Times of the clock as specs write them.</summary>
public static class ClockText
{
    public const string ExpectedHours = "two times of day such as 09:00-17:00, 18:00-24:00 or 22:00-06:00";

    public const string ExpectedMoment = "a local date and time of the years 2000 to 2199 such as 2026-12-24T00:00, or a date";

    /// <summary><c>09:00-17:00</c>; <c>24:00</c> is the end of the day, and an end that is not later than the beginning is of the day after.</summary>
    public static bool TryHours(string text, out TimeOnly from, out TimeOnly to)
    {
        (from, to) = (default, default);
        return text.Split('-') is [var first, var second] && TryTime(first, out from) && (second is "24:00" || (TryTime(second, out to) && from != to));
    }

    /// <summary><c>2026-12-24T15:00</c>, or a date, which is its midnight.</summary>
    public static bool TryMoment(string text, out DateTime moment) => DateTime.TryParseExact(
        text, ["yyyy-MM-ddTHH:mm", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out moment) && moment.Year is >= 2000 and < 2200;

    private static bool TryTime(string text, out TimeOnly time) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
