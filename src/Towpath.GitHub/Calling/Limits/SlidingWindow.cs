namespace Towpath.GitHub.Calling.Limits;

/// <summary>At most so much in any span of time.</summary>
internal sealed class SlidingWindow(int most, TimeSpan span, TimeProvider time)
{
    private readonly Queue<(long At, int Amount)> _taken = new();
    private int _sum;

    /// <summary>How long until there is room; zero where there is.</summary>
    public TimeSpan WaitFor(int amount)
    {
        if (most == int.MaxValue) return TimeSpan.Zero;
        Forget();
        if (_sum + amount <= most || _taken.Count == 0) return TimeSpan.Zero;
        var (missing, at) = (_sum + amount - most, 0L);
        foreach (var taken in _taken)
        {
            at = taken.At;
            if ((missing -= taken.Amount) <= 0) break;
        }

        return span - time.GetElapsedTime(at);
    }

    public void Take(int amount)
    {
        if (most == int.MaxValue) return;
        _taken.Enqueue((time.GetTimestamp(), amount));
        _sum += amount;
    }

    private void Forget()
    {
        while (_taken.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= span) _sum -= _taken.Dequeue().Amount;
    }
}
