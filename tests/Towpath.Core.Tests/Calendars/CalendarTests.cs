using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Calendars;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Calendars;

/// <summary>Freezes and windows by the clocks of zones, above all around the nights in which these are changed. The machine's own time zones are the witness.</summary>
[Trait("Row", "T6")]
public sealed class CalendarTests
{
    private static readonly string[] Zones =
        ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Auckland", "Africa/Cairo", "America/Havana"];

    /// <summary>Each asked for at the instants given, in UTC.</summary>
    private static readonly (string Story, CalendarRule Rule, string[] Instants)[] Cases =
    [
        ("weekends are one stretch from Friday's midnight to Monday's", Weekly("Europe/Berlin", "sat sun"), ["2026-03-06T22:59", "2026-03-06T23:00", "2026-03-08T22:59", "2026-03-08T23:00"]),
        ("the weekend on which clocks go forward has an hour less", Weekly("Europe/Berlin", "sat sun"), ["2026-03-27T23:00", "2026-03-29T21:59", "2026-03-29T22:00"]),
        ("the weekend on which they go back has one more", Weekly("Europe/Berlin", "sat sun"), ["2026-10-23T21:59", "2026-10-23T22:00", "2026-10-25T22:59", "2026-10-25T23:00"]),
        ("office hours follow the clock through the change", Weekly("Europe/Berlin", "fri mon", "09:00-17:00"), ["2026-03-27T08:00", "2026-03-27T15:59", "2026-03-30T06:59", "2026-03-30T07:00", "2026-03-30T15:00"]),
        ("02:00 to 03:00 does not come on the night on which clocks go forward", Weekly("Europe/Berlin", "sun", "02:00-03:00"), ["2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T01:30"]),
        ("an end that is skipped is the instant of the jump", Weekly("Europe/Berlin", "sun", "01:00-02:30"), ["2026-03-28T23:59", "2026-03-29T00:00", "2026-03-29T00:59", "2026-03-29T01:00"]),
        ("a beginning that is skipped is the instant of the jump", Weekly("Europe/Berlin", "sun", "02:30-04:00"), ["2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T01:59", "2026-03-29T02:00"]),
        ("the window after one that is skipped", Weekly("Europe/Berlin", "sun", "02:00-03:00"), ["2026-03-22T03:00", "2026-03-28T12:00"]),
        ("02:00 to 03:00 comes twice on the night on which they go back", Weekly("Europe/Berlin", "sun", "02:00-03:00"), ["2026-10-24T23:59", "2026-10-25T00:00", "2026-10-25T00:59", "2026-10-25T01:00", "2026-10-25T01:59", "2026-10-25T02:00"]),
        ("an end that comes twice", Weekly("America/New_York", "sun", "00:00-01:30"), ["2026-11-01T04:00", "2026-11-01T05:29", "2026-11-01T05:30", "2026-11-01T06:29", "2026-11-01T06:30"]),
        ("nights belong to the day on which they begin", Weekly("UTC", "fri", "22:00-06:00"), ["2026-03-06T21:59", "2026-03-06T22:00", "2026-03-07T05:59", "2026-03-07T06:00", "2026-03-08T22:30"]),
        ("a midnight that is skipped", Weekly("America/Sao_Paulo", "sun"), ["2018-11-04T02:59", "2018-11-04T03:00", "2018-11-05T01:59", "2018-11-05T02:00"]),
        ("clocks that move by half an hour", Weekly("Australia/Lord_Howe", "sun", "01:45-03:00"), ["2026-10-03T15:14", "2026-10-03T15:15", "2026-10-03T15:59", "2026-10-03T16:00"]),
        ("a day that is skipped as a whole", Weekly("Pacific/Apia", "fri"), ["2011-12-30T09:59", "2011-12-30T10:00", "2011-12-30T11:00"]),
        ("a leap day", Once("UTC", "2028-02-29T00:00", "2028-03-01T00:00"), ["2028-02-28T23:59", "2028-02-29T00:00", "2028-02-29T23:59", "2028-03-01T00:00"]),
        ("every Tuesday, which a leap day is", Weekly("Asia/Kolkata", "tue"), ["2028-02-28T18:29", "2028-02-28T18:30", "2028-02-29T18:29", "2028-02-29T18:30"]),
        ("holidays that begin in one year and end in another", Once("Europe/Berlin", "2026-12-24T00:00", "2027-01-02T00:00"), ["2026-12-23T22:59", "2026-12-23T23:00", "2026-12-31T23:59", "2027-01-01T22:59", "2027-01-01T23:00"]),
        ("once, until a time that comes twice", Once("Europe/Berlin", "2026-10-24T00:00", "2026-10-25T02:30"), ["2026-10-25T00:29", "2026-10-25T00:30", "2026-10-25T01:29", "2026-10-25T01:30"]),
    ];

    [Fact]
    public void Freezes_hold_all_that_may_be_meant_and_windows_what_surely_is()
    {
        var text = new StringBuilder();
        foreach (var (story, rule, instants) in Cases)
        {
            text.Append($"{story}: {rule.Text}\n");
            foreach (var instant in instants.Select(Utc))
                text.Append($"  {instant:yyyy-MM-ddTHH:mm}Z {TimeZoneInfo.ConvertTime(instant, Witness(rule)):ddd HH:mm zzz}  freeze: {Say(rule, instant, Reading.Widest)}; window: {Say(rule, instant, Reading.Narrowest)}\n");
        }

        Snapshot.Matches(text.ToString());
    }

    [Fact]
    public void Windows_lie_in_what_the_clock_shows_and_that_lies_in_freezes() => Prop.ForAll(Rules(), Instants(), (rule, instant) =>
    {
        var local = TimeZoneInfo.ConvertTime(instant, Witness(rule)).DateTime;
        var shown = rule.Days.Any(day => IsShown(rule, local, day));
        var (widest, narrowest) = (rule.At(instant, Reading.Widest), rule.At(instant, Reading.Narrowest));
        Assert.True(widest is not null || !shown, $"{rule.Text} at {instant:u}, {local:ddd HH:mm}: a freeze does not hold");
        Assert.True(narrowest is null || shown, $"{rule.Text} at {instant:u}, {local:ddd HH:mm}: a window is open");
        if (rule.Zone.Id == "UTC") Assert.Equal(widest, narrowest);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void Answer_stays_until_the_end_and_no_longer() => Prop.ForAll(Rules(), Instants(), (rule, instant) =>
    {
        foreach (var reading in Enum.GetValues<Reading>())
        {
            if (rule.At(instant, reading) is { } stretch)
            {
                Assert.Equal(stretch.End, rule.At(stretch.End.AddSeconds(-1), reading)?.End);
                Assert.Equal(stretch.Start, rule.At(stretch.Start, reading)?.Start);
            }
            else
            {
                var next = Assert.NotNull(rule.NextStart(instant, reading));
                Assert.NotNull(rule.At(next, reading));
                Assert.Null(rule.At(next.AddSeconds(-1), reading));
                Assert.True(next - instant < TimeSpan.FromDays(16));
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("09:00-17:00", true)]
    [InlineData("00:00-24:00", true)]
    [InlineData("22:00-06:00", true)]
    [InlineData("09:00-09:00", false)]
    [InlineData("9-17", false)]
    [InlineData("24:00-06:00", false)]
    [InlineData("09:00-25:00", false)]
    [InlineData("09:00", false)]
    [InlineData("09:00-12:00-13:00", false)]
    public void Hours_are_two_times(string text, bool accepted) => Assert.Equal(accepted, ClockText.TryHours(text, out _, out _));

    [Theory]
    [InlineData("2026-12-24T15:00", true)]
    [InlineData("2026-12-24", true)]
    [InlineData("2028-02-29", true)]
    [InlineData("9999-12-31T23:59", false)]
    [InlineData("0001-01-01", false)]
    [InlineData("2026-02-29", false)]
    [InlineData("2026-12-24T15:00Z", false)]
    [InlineData("24.12.2026", false)]
    [InlineData("2026-12-24T25:00", false)]
    public void Moments_are_dates_that_there_are(string text, bool accepted) => Assert.Equal(accepted, ClockText.TryMoment(text, out _));

    [Theory]
    [InlineData("30s")]
    [InlineData("90s")]
    [InlineData("5m")]
    [InlineData("36h")]
    [InlineData("7d")]
    public void Durations_are_told_as_they_are_written(string text) => Assert.Equal(text, DurationText.TryParse(text, out var duration) ? DurationText.Of(duration) : null);

    [Theory]
    [InlineData("UTC", true)]
    [InlineData("Europe/Berlin", true)]
    [InlineData("europe/berlin", false)]
    [InlineData("Europe/Bonn", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("", false)]
    public void Zones_are_those_of_the_database(string name, bool known) => Assert.Equal(known, ZoneClock.Find(name) is not null);

    private static bool IsShown(CalendarRule.Weekly rule, DateTime local, DayOfWeek day)
    {
        var time = TimeOnly.FromDateTime(local);
        var ends = rule.To > rule.From ? rule.To : TimeOnly.MaxValue;
        if (local.DayOfWeek == day && time >= rule.From && (time < ends || rule.To <= rule.From)) return true;
        return rule.To <= rule.From && local.AddDays(-1).DayOfWeek == day && time < rule.To;
    }

    private static Arbitrary<CalendarRule.Weekly> Rules() => Arb.From(
        from zone in Gen.Elements(Zones)
        from days in Gen.SubListOf(Enum.GetValues<DayOfWeek>()).Where(days => days.Count is > 0 and < 7)
        from first in Gen.Choose(0, 95)
        from last in Gen.Choose(0, 95).Where(last => last != first || first == 0)
        select new CalendarRule.Weekly([.. days], Quarter(first), Quarter(last), ZoneClock.Find(zone)!, null));

    /// <summary>Of the years of which every time zone database knows the same, and often of the nights in which clocks are changed.</summary>
    private static Arbitrary<DateTimeOffset> Instants() => Arb.From(
        from date in Gen.OneOf(Gen.Choose(0, 1800), Gen.Elements("2024-03-31", "2024-10-27", "2024-03-10", "2024-11-03", "2024-10-06", "2024-04-07", "2024-04-26", "2024-10-31").Select(text => DateOnly.Parse(text, CultureInfo.InvariantCulture).DayNumber - new DateOnly(2020, 1, 1).DayNumber))
        from seconds in Gen.Choose(-43200, 86400)
        select new DateTimeOffset(new DateOnly(2020, 1, 1).AddDays(date).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddSeconds(seconds));

    private static TimeOnly Quarter(int quarter) => TimeOnly.MinValue.AddMinutes(15 * quarter);

    private static TimeZoneInfo Witness(CalendarRule rule) => TimeZoneInfo.FindSystemTimeZoneById(rule.Zone.Id);

    private static CalendarRule.Weekly Weekly(string zone, string days, string hours = "00:00-24:00")
    {
        Assert.True(ClockText.TryHours(hours, out var from, out var to));
        return new CalendarRule.Weekly([.. days.Split(' ').Select(WeekDays.Day)], from, to, ZoneClock.Find(zone)!, null);
    }

    private static CalendarRule.Once Once(string zone, string from, string to) =>
        new(DateTime.Parse(from, CultureInfo.InvariantCulture), DateTime.Parse(to, CultureInfo.InvariantCulture), ZoneClock.Find(zone)!, null);

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + "Z", CultureInfo.InvariantCulture);

    private static string Say(CalendarRule rule, DateTimeOffset instant, Reading reading) => (rule.At(instant, reading), rule.NextStart(instant, reading)) switch
    {
        ({ } holds, _) => $"until {holds.End:yyyy-MM-ddTHH:mm}Z",
        (_, { } next) => $"from {next:yyyy-MM-ddTHH:mm}Z",
        _ => "no more",
    };
}
