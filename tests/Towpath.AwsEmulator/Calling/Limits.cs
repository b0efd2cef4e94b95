using System.Collections.Concurrent;

namespace Towpath.AwsEmulator.Calling;

/// <summary>The documented request limits: one bucket of tokens per account, region and group of operations.</summary>
internal sealed class Limits(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Account, string Region, LimitGroup Group), TokenBucket> _buckets = new();

    public bool Allows(EmulatorCall call)
    {
        if (DocumentedLimits.GroupOf(call.Service, call.Operation) is not { } group) return true;
        var bucket = _buckets.GetOrAdd((call.Caller.Account, call.Caller.Region, group), key => new TokenBucket(key.Group, time));
        return bucket.TryTake();
    }

    public void Clear() => _buckets.Clear();
}

/// <summary>A group of operations that share a bucket.</summary>
/// <param name="Operations">Empty: every operation of the service that no other group names.</param>
internal sealed record LimitGroup(string Service, double Burst, double RefillPerSecond, params string[] Operations);

internal sealed class TokenBucket(LimitGroup group, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = group.Burst;
    private long _filled = time.GetTimestamp();

    public bool TryTake()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(group.Burst, _tokens + time.GetElapsedTime(_filled, now).TotalSeconds * group.RefillPerSecond);
            _filled = now;
            if (_tokens < 1) return false;
            _tokens--;
            return true;
        }
    }
}
