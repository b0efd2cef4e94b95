using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;
using Towpath.Core.Calendars;
using Towpath.Core.Previews;

namespace Towpath.Core.Applications.Checks;

/// <summary>Freezes and windows have a beginning, and an end behind it.</summary>
internal static class CalendarCheck
{
    public static void Run(ApplicationFile application, SpecErrors errors)
    {
        foreach (var environment in application.Environments)
        {
            foreach (var key in (string[])["freeze", "windows"]) Run(environment.Value.Find(key), errors);
            if (environment.Value.Find("soak") is { } soak && environment.Value.Find("after") is null or SpecNode.Sequence { Items.Count: 0 })
                errors.Add(soak.At, "no-predecessor", "'soak' counts from success in the environments of 'after', and there are none");
        }
    }

    /// <summary>A freeze of the organization that misspells what it is for would hold nothing.</summary>
    /// <param name="freezes">Of the organization.</param>
    /// <param name="applications">All that there are, with their environments.</param>
    /// <param name="errors">Where errors go.</param>
    public static void RunNames(SpecNode? freezes, IReadOnlyCollection<(string Application, IEnumerable<string> Environments)> applications, SpecErrors errors)
    {
        if (applications.Count == 0) return;
        string[] environments = [.. applications.SelectMany(application => application.Environments).Distinct(StringComparer.Ordinal)];
        foreach (var freeze in Items(freezes))
        {
            foreach (var name in freeze.Find("applications")?.ScalarsOrNone ?? [])
                if (applications.All(application => !string.Equals(application.Application, name.Value, StringComparison.Ordinal)))
                    errors.Add(name.At, "unknown-application", $"there is no application '{Quote.Clean(name.Value)}'{Nearest.Hint(name.Value, applications.Select(application => application.Application))}");
            foreach (var name in freeze.Find("environments")?.ScalarsOrNone ?? [])
                if (!environments.Contains(name.Value, StringComparer.Ordinal) && PreviewSlot.TryParse(name.Value) is null)
                    errors.Add(name.At, "unknown-environment", $"no application has an environment '{Quote.Clean(name.Value)}'{Nearest.Hint(name.Value, environments)}");
        }
    }

    /// <param name="rules">One, or a list of them.</param>
    /// <param name="errors">Where errors go.</param>
    public static void Run(SpecNode? rules, SpecErrors errors)
    {
        foreach (var rule in Items(rules))
        {
            var (from, to) = (Moment(rule.Find("from")), Moment(rule.Find("to")));
            if (rule.Find("from") is { } begins && rule.Find("to") is null) errors.Add(begins.At, "no-end", "'from' needs a 'to': a freeze without an end is a lock");
            if (rule.Find("to") is { } ends && rule.Find("from") is null) errors.Add(ends.At, "no-beginning", "'to' belongs to 'from'; for times of day on 'days' write 'hours: 09:00-17:00'");
            if (rule.Find("hours") is { } hours && rule.Find("days") is null) errors.Add(hours.At, "no-days", "'hours' belong to 'days'; write the time into 'from' and 'to' instead, as in 2026-12-24T15:00");
            if (rule.Find("days") is SpecNode.Sequence { Items.Count: >= 7 } days && rule.Find("hours") is null && WeekDays.Words.All(word => days.ScalarsOrNone.Any(day => day.Value == word)))
                errors.Add(days.At, "always", "all days, the whole day, is always: leave a window out, and write 'towpath lock' for a freeze without an end");
            if (from >= to) errors.Add(rule.Find("to")!.At, "empty-time", "'to' is not later than 'from'");
        }
    }

    private static IReadOnlyList<SpecNode> Items(SpecNode? rules) => rules switch { null => [], SpecNode.Sequence list => list.Items, _ => [rules] };

    private static DateTime? Moment(SpecNode? node) => node is SpecNode.Scalar scalar && ClockText.TryMoment(scalar.Value, out var moment) ? moment : null;
}
