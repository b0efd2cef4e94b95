using NodaTime;

namespace Towpath.Core.Calendars;

/// <summary>When the clocks of a zone show a time: twice where they are put back, and never where they are put forward, which then means the instant at which they jump.</summary>
public static class ZoneClock
{
    /// <summary>UTC, or a name of the time zone database such as <c>Europe/Berlin</c>; null where it has no such zone. It is NodaTime's own, so that all machines read a spec alike.</summary>
    public static DateTimeZone? Find(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name);

    public static DateTime Local(DateTimeZone zone, DateTimeOffset instant) => Instant.FromDateTimeOffset(instant).InZone(zone).LocalDateTime.ToDateTimeUnspecified();

    /// <summary>The first instant at which the clocks show this time.</summary>
    public static DateTimeOffset First(DateTimeZone zone, DateTime local) =>
        zone.MapLocal(LocalDateTime.FromDateTime(local)) is { Count: > 0 } mapping ? mapping.First().ToInstant().ToDateTimeOffset() : Jump(zone, local);

    /// <summary>The last instant at which the clocks show this time.</summary>
    public static DateTimeOffset Last(DateTimeZone zone, DateTime local) =>
        zone.MapLocal(LocalDateTime.FromDateTime(local)) is { Count: > 0 } mapping ? mapping.Last().ToInstant().ToDateTimeOffset() : Jump(zone, local);

    private static DateTimeOffset Jump(DateTimeZone zone, DateTime local) => zone.MapLocal(LocalDateTime.FromDateTime(local)).LateInterval.Start.ToDateTimeOffset();
}
