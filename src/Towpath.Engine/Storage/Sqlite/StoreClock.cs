using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>The one clock that leases and delays in a SQLite file go by: starts with UTC, then runs monotonically, so that a set clock ends no lease.</summary>
internal sealed class StoreClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _origin = time.GetUtcNow().ToMicroseconds();

    public long Now => _origin + (time.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>Goes on from the latest instant that the file knows of, or rows would not come due for as long as the machine's clock was set back.</summary>
    public void GoOnFrom(long latest) => _origin = Math.Max(_origin, latest);
}
