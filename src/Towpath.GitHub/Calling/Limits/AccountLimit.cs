using System.Globalization;
using Towpath.Core.Calling;

namespace Towpath.GitHub.Calling.Limits;

/// <summary>
/// The limits of one account: how many calls are on their way, what was used in the last minute and hour, what GitHub says is left, and how long it
/// asked us to be still. Calls beyond them wait in <see cref="Turns"/>.
/// </summary>
internal sealed class AccountLimit : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Between GitHub's clock and ours.</summary>
    private static readonly TimeSpan Difference = TimeSpan.FromSeconds(1);

    private readonly string _account;
    private readonly RateLimitOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Turns _turns = new();
    private readonly SlidingWindow _points;
    private readonly SlidingWindow _contentOfMinute;
    private readonly SlidingWindow _contentOfHour;
    private readonly ITimer _timer;
    private int _onTheirWay;
    private int _pauses;
    private long _sent;
    private DateTimeOffset? _pause;
    private Allowance? _allowance;

    public AccountLimit(string account, RateLimitOptions options, TimeProvider time)
    {
        (_account, _options, _time) = (account, options, time);
        _points = new SlidingWindow(options.PointsPerMinute, Minute, time);
        _contentOfMinute = new SlidingWindow(options.ContentPerMinute, Minute, time);
        _contentOfHour = new SlidingWindow(options.ContentPerHour, TimeSpan.FromHours(1), time);
        _timer = time.CreateTimer(_ => Let(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for room and takes it; whoever has it gives it back with <see cref="Leave"/>.</summary>
    /// <returns>The call's number, for <see cref="Learn(HttpResponseMessage, long)"/>.</returns>
    /// <exception cref="GitHubLimitedException">That would take longer than the call would wait.</exception>
    public async Task<long> EnterAsync(GitHubRequest request, CancellationToken cancellationToken)
    {
        var patience = request.Patience ?? _options.Patience;
        var waiter = new Waiter(request.Repository ?? "", request.Points, request.IsContent);
        lock (_lock)
        {
            var wait = WaitOf(waiter, out var why);
            if (wait > patience) throw Limited(wait, why);
            _turns.Enter(waiter);
        }

        Let();
        if (!waiter.Turn.Task.IsCompleted) await WaitAsync(waiter, patience, cancellationToken);
        return await waiter.Turn.Task;
    }

    public void Leave()
    {
        lock (_lock) _onTheirWay--;
        Let();
    }

    /// <summary>Takes in what the answer to a call says of the primary limit.</summary>
    public void Learn(HttpResponseMessage response, long number)
    {
        lock (_lock)
        {
            if ((int)response.StatusCode is >= 200 and < 400) _pauses = 0;
            if (Header(response, "x-ratelimit-resource") is not (null or "core")) return;
            if (Number(response, "x-ratelimit-remaining") is { } left && Number(response, "x-ratelimit-reset") is { } reset)
                Learn(left, DateTimeOffset.FromUnixTimeSeconds(Math.Min(reset, 253402300000)) + Difference, number);
        }
    }

    /// <summary>GitHub said that a limit is reached.</summary>
    /// <param name="told">What <c>retry-after</c> said.</param>
    /// <param name="isPrimary">Whether the allowance of the hour is used up, so that it is known when it goes on.</param>
    public void Pause(TimeSpan? told, bool isPrimary)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (told is null && isPrimary && _allowance is { Left: <= 0 } used && used.Reset > now) return;
            var isOn = _pause > now;
            // Many calls meet one limit: what was sent before the pause does not make it longer.
            if (isOn && told is null) return;
            var until = now + (told ?? TimeSpan.FromSeconds(Math.Min(_options.LongestPause.TotalSeconds, _options.Pause.TotalSeconds * Math.Pow(2, Math.Min(_pauses, 10)))));
            if (!isOn) _pauses++;
            if (!isOn || until > _pause) _pause = until;
        }

        Let();
    }

    /// <summary>The call met the limit again and again: when to come back.</summary>
    public GitHubLimitedException Refuse(GitHubRequest request) => Late(new Waiter("", request.Points, request.IsContent));

    public void Dispose() => _timer.Dispose();

    /// <summary>What GitHub said is less by what was sent since. Answers come in any order: of the newest call counts.</summary>
    private void Learn(long left, DateTimeOffset reset, long number)
    {
        if (_allowance is { } known && (reset < known.Reset || (reset == known.Reset && number < known.Number))) return;
        _allowance = new Allowance(left - (_sent - number), reset, number);
    }

    private async Task WaitAsync(Waiter waiter, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(patience, _time, cancellationToken);
        await using var giveUp = deadline.Token.UnsafeRegister(_ => GiveUp(waiter), null);
        try
        {
            await waiter.Turn.Task;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Late(waiter);
        }
    }

    private void GiveUp(Waiter waiter)
    {
        // Whoever got its turn in this very moment has it.
        lock (_lock)
            if (_turns.Leave(waiter)) waiter.Turn.SetCanceled();
        Let();
    }

    private GitHubLimitedException Late(Waiter waiter)
    {
        lock (_lock)
        {
            var wait = WaitOf(waiter, out var why);
            return Limited(wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1), why);
        }
    }

    /// <summary>Lets go whoever can, in turn, and sets the clock for the next one.</summary>
    private void Let()
    {
        lock (_lock)
        {
            TimeSpan? next;
            do next = null;
            while (!_turns.IsEmpty && LetOne(out next));
            _timer.Change(next is { } wait ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private bool LetOne(out TimeSpan? next)
    {
        next = null;
        if (_onTheirWay >= _options.Concurrent) return false;
        foreach (var waiter in _turns.Heads)
        {
            if (CommonWait(waiter, out _) is var common && common > TimeSpan.Zero)
            {
                // What all share is kept for whose turn it is, or the cheap ones would take it all from the dear ones.
                next = next < common ? next : common;
                return false;
            }

            var own = ContentWait(waiter);
            if (own <= TimeSpan.Zero)
            {
                Take(waiter);
                return true;
            }

            next = next < own ? next : own;
        }

        return false;
    }

    private void Take(Waiter waiter)
    {
        _turns.Serve(waiter);
        _onTheirWay++;
        _points.Take(waiter.Points);
        if (_allowance is { } known) _allowance = known with { Left = known.Left - 1 };
        if (waiter.IsContent)
        {
            _contentOfMinute.Take(1);
            _contentOfHour.Take(1);
        }

        waiter.Turn.SetResult(++_sent);
    }

    private TimeSpan WaitOf(Waiter waiter, out string why)
    {
        var (common, content) = (CommonWait(waiter, out why), ContentWait(waiter));
        if (content <= common) return common;
        why = "it makes no more than GitHub's limits of new content allow";
        return content;
    }

    private TimeSpan CommonWait(Waiter waiter, out string why)
    {
        var now = _time.GetUtcNow();
        if (_pause is { } until && until > now)
        {
            why = "GitHub asked to be left alone for a while";
            return until - now;
        }

        if (_allowance is { Left: <= 0 } used && used.Reset > now)
        {
            why = "the calls that GitHub allows in an hour are used up";
            return used.Reset - now;
        }

        if (_allowance?.Reset <= now) _allowance = null;
        why = "its turn has not come";
        return _points.WaitFor(waiter.Points);
    }

    private TimeSpan ContentWait(Waiter waiter) =>
        waiter.IsContent && (_contentOfMinute.WaitFor(1), _contentOfHour.WaitFor(1)) is var (minute, hour) ? (minute > hour ? minute : hour) : TimeSpan.Zero;

    private GitHubLimitedException Limited(TimeSpan wait, string why) => new(_account, _time.GetUtcNow() + wait, why);

    private static long? Number(HttpResponseMessage response, string name) =>
        long.TryParse(Header(response, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>What is left of the primary limit until it is reset, as the answer to the call of that number said.</summary>
    private sealed record Allowance(long Left, DateTimeOffset Reset, long Number);
}
