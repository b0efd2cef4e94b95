using Towpath.Core.Applications.Yaml;
using Towpath.Core.Calendars;

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

    /// <param name="rules">One, or a list of them.</param>
    /// <param name="errors">Where errors go.</param>
    public static void Run(SpecNode? rules, SpecErrors errors)
    {
        foreach (var rule in rules is SpecNode.Sequence list ? list.Items : rules is null ? [] : [rules])
        {
            var (from, to) = (Moment(rule.Find("from")), Moment(rule.Find("to")));
            if (rule.Find("from") is { } begins && rule.Find("to") is null) errors.Add(begins.At, "no-end", "'from' needs a 'to': a freeze without an end is a lock");
            if (rule.Find("to") is { } ends && rule.Find("from") is null) errors.Add(ends.At, "no-beginning", "'to' belongs to 'from'; for times of day on 'days' write 'hours: 09:00-17:00'");
            if (rule.Find("hours") is { } hours && rule.Find("days") is null) errors.Add(hours.At, "no-days", "'hours' belong to 'days'; write the time into 'from' and 'to' instead, as in 2026-12-24T15:00");
            if (from >= to) errors.Add(rule.Find("to")!.At, "empty-time", "'to' is not later than 'from'");
        }
    }

    private static DateTime? Moment(SpecNode? node) => node is SpecNode.Scalar scalar && ClockText.TryMoment(scalar.Value, out var moment) ? moment : null;
}
