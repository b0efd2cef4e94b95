using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Security;

namespace Towpath.Server.Features.Events;

/// <summary>Keeps one open stream honest: it ends within seconds after its token or session ends, after the right to read is taken away, and when the server stops.</summary>
public sealed class StreamGuard(Caller caller, string? application, Authentication authentication, Access access, TimeProvider time)
{
    private long _checked = time.GetTimestamp();
    private int _suspicious;

    /// <summary>Somebody's access changed: ask at the next look, not at the next interval.</summary>
    public void Suspect() => Interlocked.Exchange(ref _suspicious, 1);

    public async Task<bool> IsStillAllowedAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _suspicious, 0) == 0 && time.GetElapsedTime(_checked) < Sse.RecheckEvery) return true;
        _checked = time.GetTimestamp();
        try
        {
            if (!await authentication.IsStillGoodAsync(caller, cancellationToken)) return false;
            var rights = await access.OfAsync(caller, cancellationToken);
            return application is null ? rights.MayAnywhere(Permission.Read) : rights.May(Permission.Read, application);
        }
        catch (StoreUnavailableException)
        {
            // Nothing can be asked, so nothing more is told.
            return false;
        }
    }
}

/// <summary>Waits for whichever comes first: something new, the next check, the end.</summary>
internal sealed class Pace(TimeProvider time)
{
    private readonly Signal _signal = new();
    private long _lastPing = time.GetTimestamp();

    public void Set() => _signal.Set();

    public Task WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(Sse.RecheckEvery, time, cancellationToken);

    public bool PingIsDue()
    {
        if (time.GetElapsedTime(_lastPing) < Sse.PingEvery) return false;
        _lastPing = time.GetTimestamp();
        return true;
    }
}
