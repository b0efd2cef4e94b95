using System.Collections.Concurrent;
using System.Net;
using Towpath.Server.Web;

namespace Towpath.Server.Security;

/// <summary>Counts failed logins by address. Secrets are too long to guess; this keeps the log and the store from being flooded.</summary>
public sealed class LoginThrottle(TimeProvider time)
{
    public const int Allowed = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<IPAddress, (DateTimeOffset Since, int Count)> _failures = new();

    /// <summary>How long this address must wait; null when it may try.</summary>
    public TimeSpan? Wait(IPAddress? address)
    {
        if (!_failures.TryGetValue(address ?? IPAddress.None, out var failures) || failures.Count < Allowed) return null;
        var left = failures.Since + Window - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>Why this address may not try now; null when it may.</summary>
    public Refusal? Refuse(IPAddress? address) => Wait(address) is { } wait
        ? new Refusal(RefusalKind.TooMany, "too_many_logins", $"Too many failed logins from your address. Try again in {Math.Ceiling(wait.TotalMinutes)} min.") { RetryAfter = (int)Math.Ceiling(wait.TotalSeconds) }
        : null;

    public void Failed(IPAddress? address)
    {
        var now = time.GetUtcNow();
        // Who comes from that many addresses is not stopped by counting them.
        if (_failures.Count >= Remembered) _failures.Clear();
        _failures.AddOrUpdate(
            address ?? IPAddress.None, _ => (now, 1), (_, known) => now - known.Since >= Window ? (now, 1) : (known.Since, known.Count + 1));
    }
}
