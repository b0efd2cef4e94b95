namespace Towpath.Core.Calendars;

/// <summary>From an instant up to, but not including, another.</summary>
public readonly record struct Stretch(DateTimeOffset Start, DateTimeOffset End)
{
    public bool Holds(DateTimeOffset instant) => Start <= instant && instant < End;
}

/// <summary>What a clock that is changed makes of a stretch whose beginning or end it shows twice.</summary>
public enum Reading
{
    /// <summary>All that may be meant: from the first time that the clock shows the beginning to the last time that it shows the end. For freezes.</summary>
    Widest,

    /// <summary>Only what is surely meant: from the last time that it shows the beginning to the first time that it shows the end. For windows.</summary>
    Narrowest,
}
