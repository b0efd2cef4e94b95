namespace Towpath.GitHubEmulator.Calling;

/// <summary>
/// The primary limit of each caller, and the secondary ones. Source: GitHub, "Rate limits for the REST API": 5,000 calls an hour; 100 at once,
/// 900 points a minute (reading 1, writing 5), 80 writes a minute and 500 an hour.
/// </summary>
public sealed class RateLimits(EmulatorWorld world)
{
    public const int Documented = 5000;
    public const int Unlimited = 100_000_000;

    private readonly Dictionary<string, Budget> _budgets = new(StringComparer.Ordinal);

    /// <summary>Sets how much is left to a caller, such as <c>installation:1001</c>, and when it begins anew.</summary>
    public void Set(string key, int remaining, TimeSpan? reset = null)
    {
        lock (world.Gate)
        {
            var budget = Of(key);
            budget.Limit = Documented;
            budget.Used = Documented - remaining;
            if (reset is { } after) budget.Reset = world.Now + after;
        }
    }

    public void Clear()
    {
        lock (world.Gate) _budgets.Clear();
    }

    /// <summary>A call is on its way until <see cref="Depart"/>: so many at once are too many.</summary>
    internal void Arrive(string key)
    {
        lock (world.Gate) Of(key).Concurrent++;
    }

    /// <summary>How many calls of a caller are not answered yet.</summary>
    public int OnTheWay(string key)
    {
        lock (world.Gate) return Of(key).Concurrent;
    }

    internal void Depart(string key)
    {
        lock (world.Gate) Of(key).Concurrent--;
    }

    /// <summary>Refuses a call over a limit.</summary>
    internal void Enter(Call call)
    {
        lock (world.Gate)
        {
            var budget = Of(call.Caller.LimitKey);
            if (budget.Used >= budget.Limit) throw PrimaryFault(call.Caller);
            if (world.Script.DocumentedLimits && budget.MeetsSecondary(call.Http.Request.Method, world.Now) is { } wait) throw SecondaryFault(403, (int)Math.Ceiling(wait.TotalSeconds));
        }
    }

    /// <param name="costs">Answers 304 cost nothing.</param>
    internal void Leave(Call call, bool costs)
    {
        lock (world.Gate)
        {
            if (costs) Of(call.Caller.LimitKey).Used++;
        }
    }

    internal IEnumerable<(string Name, string Value)> HeadersOf(Caller caller, bool exhausted = false)
    {
        lock (world.Gate)
        {
            var budget = Of(caller.LimitKey);
            return
            [
                ("x-ratelimit-limit", budget.Limit.ToString()),
                ("x-ratelimit-remaining", (exhausted ? 0 : Math.Max(0, budget.Limit - budget.Used)).ToString()),
                ("x-ratelimit-used", (exhausted ? budget.Limit : budget.Used).ToString()),
                ("x-ratelimit-reset", budget.Reset.ToUnixTimeSeconds().ToString()),
                ("x-ratelimit-resource", "core"),
            ];
        }
    }

    internal (int Limit, int Used, long Reset) Figures(Caller caller)
    {
        lock (world.Gate)
        {
            var budget = Of(caller.LimitKey);
            return (budget.Limit, budget.Used, budget.Reset.ToUnixTimeSeconds());
        }
    }

    internal static GitHubFault PrimaryFault(Caller caller) =>
        new(StatusCodes.Status403Forbidden, $"API rate limit exceeded for {caller.LimitKey.Replace(":", " ID ", StringComparison.Ordinal)}.")
        {
            Headers = [("x-ratelimit-remaining", "0")],
        };

    internal static GitHubFault SecondaryFault(int status, int? retryAfter) =>
        new(status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
        {
            Headers = retryAfter is { } seconds ? [("Retry-After", seconds.ToString())] : [],
        };

    private Budget Of(string key)
    {
        if (!_budgets.TryGetValue(key, out var budget)) _budgets[key] = budget = new Budget();
        if (budget.Reset > world.Now) return budget;
        budget.Limit = !world.Script.DocumentedLimits ? Unlimited : key == "anonymous" ? 60 : Documented;
        budget.Used = 0;
        budget.Reset = world.Now.AddHours(1);
        return budget;
    }

    private sealed class Budget
    {
        private readonly Queue<(DateTimeOffset At, int Points)> _points = new();
        private readonly Queue<DateTimeOffset> _writes = new();
        private int _pointsNow;

        public int Limit { get; set; }

        public int Used { get; set; }

        public DateTimeOffset Reset { get; set; }

        public int Concurrent { get; set; }

        /// <summary>How long to wait; null when the call may pass, and then it is counted.</summary>
        public TimeSpan? MeetsSecondary(string method, DateTimeOffset now)
        {
            while (_points.TryPeek(out var oldest) && oldest.At <= now.AddMinutes(-1)) _pointsNow -= _points.Dequeue().Points;
            while (_writes.TryPeek(out var write) && write <= now.AddHours(-1)) _writes.Dequeue();
            var writes = !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method);
            var cost = writes ? 5 : 1;
            if (Concurrent > 100) return TimeSpan.FromSeconds(60);
            if (_pointsNow + cost > 900) return _points.Peek().At.AddMinutes(1) - now;
            if (writes && _writes.Count >= 500) return _writes.Peek().AddHours(1) - now;
            if (writes && _writes.Count(w => w > now.AddMinutes(-1)) >= 80) return TimeSpan.FromSeconds(60);
            _points.Enqueue((now, cost));
            _pointsNow += cost;
            if (writes) _writes.Enqueue(now);
            return null;
        }
    }
}
