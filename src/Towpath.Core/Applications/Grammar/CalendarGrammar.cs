using Towpath.Core.Calendars;
using static Towpath.Core.Applications.Grammar.Texts;

namespace Towpath.Core.Applications.Grammar;

/// <summary>The grammar of freezes and deployment windows.</summary>
public static class CalendarGrammar
{
    private const int Most = 100;

    private static readonly Rule.Text Moment = new(Expected: ClockText.ExpectedMoment) { Accepts = text => ClockText.TryMoment(text, out _) };

    private static readonly IReadOnlyList<Key> Keys =
    [
        new Key("days", new Rule.ListOf(new Rule.Text(OneOf: WeekDays.Words), OrOne: true) { MinimumCount = 1 }, "Every week on these days."),
        new Key("hours", new Rule.Text(Expected: ClockText.ExpectedHours) { Accepts = text => ClockText.TryHours(text, out _, out _) }, "From when to when on each of `days`; the whole day if left out. `22:00-06:00` ends on the day after."),
        new Key("from", Moment, "Once, from this time of `zone`. A date is its midnight."),
        new Key("to", Moment, "Until then: this very instant is outside."),
        new Key("zone", new Rule.Text(Expected: "UTC, or a zone of the time zone database such as Europe/Berlin") { Accepts = name => ZoneClock.Find(name) is not null }, "Whose clocks count. Default `UTC`."),
        new Key("reason", Any, "Why; shown to whoever has to wait."),
    ];

    public static Rule.ListOf Rules { get; } = Of(new Rule.Mapping(Keys) { ExactlyOneOf = ["days", "from"] });

    public static Rule.ListOf OrganizationRules { get; } = Of(new Rule.Mapping(
        [
            .. Keys,
            new Key("applications", new Rule.ListOf(Slug, OrOne: true) { MinimumCount = 1 }, "Only of these; all if left out."),
            new Key("environments", new Rule.ListOf(Slug, OrOne: true) { MinimumCount = 1 }, "Only those called so, such as `production`; all if left out."),
        ]) { ExactlyOneOf = ["days", "from"] });

    private static Rule.ListOf Of(Rule.Mapping rule) => new(rule, OrOne: true) { MaximumCount = Most };
}
