namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>
/// Lets handling make room for receiving, which shares processors and database with it: GitHub waits ten seconds and does not come again by itself, and what is
/// kept can wait. While deliveries come in large groups, one lane at a time handles a group, and then all of them rest nine times as long as it took. So handling
/// takes a tenth of the time; a rest ends after a second, or with the rush, so that it never stands still.
/// </summary>
public sealed class HandlingTurns(Rush rush, TimeProvider time) : IDisposable
{
    internal static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    /// <summary>After so much of a rest it is looked whether the rush is over; and no rest is shorter.</summary>
    internal static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private const int RestsFor = 9;

    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<T> TakeAsync<T>(Func<Task<T>> handleGroup, CancellationToken cancellationToken)
    {
        if (!rush.IsOn) return await handleGroup();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var began = time.GetTimestamp();
            var result = await handleGroup();
            await RestAsync(RestAfter(time.GetElapsedTime(began)), cancellationToken);
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    internal static TimeSpan RestAfter(TimeSpan took) => took * RestsFor < LongestRest ? took * RestsFor : LongestRest;

    private async Task RestAsync(TimeSpan rest, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (rush.IsOn)
        {
            await Task.Delay(Look, time, cancellationToken);
            if (time.GetElapsedTime(began) >= rest) return;
        }
    }
}
