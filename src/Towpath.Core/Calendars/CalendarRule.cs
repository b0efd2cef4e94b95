using NodaTime;

namespace Towpath.Core.Calendars;

/// <summary>Time by the clocks of a zone: once, or every week anew.</summary>
/// <param name="Zone">Whose clocks.</param>
/// <param name="Reason">What for, where it was said.</param>
public abstract record CalendarRule(DateTimeZone Zone, string? Reason)
{
    /// <summary>As it was written.</summary>
    public abstract string Text { get; }

    /// <summary>The stretch that holds this instant, or null.</summary>
    public Stretch? At(DateTimeOffset instant, Reading reading)
    {
        foreach (var stretch in Near(instant, reading))
            if (stretch.Holds(instant)) return stretch;
        return null;
    }

    /// <summary>The next beginning after this instant, or null where there is none any more.</summary>
    public DateTimeOffset? NextStart(DateTimeOffset instant, Reading reading)
    {
        foreach (var stretch in Near(instant, reading))
            if (stretch.Start > instant) return stretch.Start;
        return null;
    }

    /// <summary>The stretches in clock time that can matter around a date, in their order, none touching the next.</summary>
    protected abstract IEnumerable<(DateTime From, DateTime To)> Around(DateOnly date);

    private IEnumerable<Stretch> Near(DateTimeOffset instant, Reading reading)
    {
        foreach (var (from, to) in Around(DateOnly.FromDateTime(ZoneClock.Local(Zone, instant))))
        {
            var stretch = reading == Reading.Widest
                ? new Stretch(ZoneClock.First(Zone, from), ZoneClock.Last(Zone, to))
                : new Stretch(ZoneClock.Last(Zone, from), ZoneClock.First(Zone, to));
            if (stretch.Start < stretch.End) yield return stretch;
        }
    }

    /// <summary>Once.</summary>
    public sealed record Once(DateTime From, DateTime To, DateTimeZone Zone, string? Reason) : CalendarRule(Zone, Reason)
    {
        public override string Text => $"{From:yyyy-MM-ddTHH:mm} to {To:yyyy-MM-ddTHH:mm} {Zone.Id}";

        protected override IEnumerable<(DateTime From, DateTime To)> Around(DateOnly date) => [(From, To)];
    }

    /// <summary>Every week on these days, from one time to another; one that is not later is of the day after.</summary>
    public sealed record Weekly : CalendarRule
    {
        public Weekly(IReadOnlyList<DayOfWeek> days, TimeOnly from, TimeOnly to, DateTimeZone zone, string? reason)
            : base(zone, reason) => (Days, From, To) = (days, from, to);

        public IReadOnlyList<DayOfWeek> Days { get; }

        public TimeOnly From { get; }

        /// <summary>Midnight, as the end of a day, is 00:00.</summary>
        public TimeOnly To { get; }

        public override string Text
        {
            get
            {
                var days = string.Join(", ", Days.Select(day => WeekDays.Word(day)));
                return From == To ? $"{days} {Zone.Id}" : $"{days} {From:HH:mm}-{(To == TimeOnly.MinValue ? "24:00" : To.ToString("HH:mm"))} {Zone.Id}";
            }
        }

        protected override IEnumerable<(DateTime From, DateTime To)> Around(DateOnly date)
        {
            (DateTime From, DateTime To)? open = null;
            // A stretch can have begun a week ago. The next one begins within eight days, or where that one falls into a night in which clocks are changed, a week later.
            for (var day = date.AddDays(-8); day <= date.AddDays(16); day = day.AddDays(1))
            {
                if (!Days.Contains(day.DayOfWeek)) continue;
                var (from, to) = (day.ToDateTime(From), (To > From ? day : day.AddDays(1)).ToDateTime(To));
                if (open is { } before && from <= before.To) open = (before.From, to > before.To ? to : before.To);
                else
                {
                    if (open is { } ended) yield return ended;
                    open = (from, to);
                }
            }

            if (open is { } last) yield return last;
        }
    }
}

/// <summary>Days of the week as specs write them.</summary>
public static class WeekDays
{
    public static IReadOnlyList<string> Words { get; } = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    public static string Word(DayOfWeek day) => Words[((int)day + 6) % 7];

    public static DayOfWeek Day(string word) => (DayOfWeek)((Words.ToList().IndexOf(word) + 1) % 7);
}
