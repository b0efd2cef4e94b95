using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Testing;

namespace Towpath.Server.Tests.Features.Deliveries;

/// <summary>How handling makes room for receiving, on a clock that the test moves.</summary>
public sealed class HandlingTurnsTests : IDisposable
{
    private static readonly TimeSpan Took = TimeSpan.FromMilliseconds(20);

    private readonly VirtualTime _time = new();
    private readonly Rush _rush;
    private readonly HandlingTurns _turns;

    public HandlingTurnsTests()
    {
        _rush = new Rush(_time);
        _turns = new HandlingTurns(_rush, _time);
    }

    public void Dispose() => _turns.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_nothing_rushes_all_lanes_handle_at_once_and_none_rests()
    {
        _rush.Saw(Rush.LargeGroup - 1);
        var held = new TaskCompletionSource<bool>();
        var first = Take(() => held.Task);

        Assert.True(await Take(() => Task.FromResult(true)));

        held.SetResult(true);
        Assert.True(await first);
        Assert.Null(_time.NextTimer);
    }

    [Fact]
    public async Task In_a_rush_one_lane_handles_a_group_and_then_all_rest_nine_times_as_long()
    {
        var began = _time.GetUtcNow();
        _rush.Saw(Rush.LargeGroup);
        var first = Take(Handle);
        await UntilItRestsAsync(first);
        var second = Take(() => Task.FromResult(_time.GetUtcNow() - began));

        while (!first.IsCompleted)
        {
            _rush.Saw(Rush.LargeGroup);
            _time.Advance(HandlingTurns.Look);
            await UntilItRestsAsync(first);
        }

        // 180 ms, in looks of 50.
        var secondBegan = await Finish(second);
        Assert.Equal(Took + (4 * HandlingTurns.Look), secondBegan);
    }

    [Fact]
    public async Task Rest_ends_with_the_rush()
    {
        var began = _time.GetUtcNow();
        _rush.Saw(Rush.LargeGroup);
        var first = Take(async () =>
        {
            // Of which nine times as much would be more than a second.
            _time.Advance(TimeSpan.FromMilliseconds(150));
            return await Task.FromResult(true);
        });

        await Finish(first);

        Assert.InRange(_time.GetUtcNow() - began, Rush.Lasts, Rush.Lasts + HandlingTurns.Look);
    }

    [Fact]
    public async Task However_long_a_rush_lasts_a_group_is_handled_at_least_each_second_besides_its_own_time()
    {
        var began = _time.GetUtcNow();
        for (var n = 0; n < 20; n++)
        {
            _rush.Saw(Rush.LargeGroup);
            var group = Take(async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                _rush.Saw(Rush.LargeGroup);
                return await Task.FromResult(true);
            });
            await UntilItRestsAsync(group);
            while (!group.IsCompleted)
            {
                _rush.Saw(Rush.LargeGroup);
                _time.Advance(HandlingTurns.Look);
                await UntilItRestsAsync(group);
            }
        }

        Assert.Equal(20 * (TimeSpan.FromSeconds(5) + HandlingTurns.LongestRest), _time.GetUtcNow() - began);
    }

    private Task<bool> Handle()
    {
        _time.Advance(Took);
        return Task.FromResult(true);
    }

    private Task<T> Take<T>(Func<Task<T>> handle) => Task.Run(() => _turns.TakeAsync(handle, Token), Token);

    /// <summary>Until it waits for the clock, or is through.</summary>
    private async Task UntilItRestsAsync(Task turn)
    {
        while (!turn.IsCompleted && _time.NextTimer is null) await Task.Yield();
    }

    private async Task<T> Finish<T>(Task<T> turn)
    {
        while (!turn.IsCompleted)
        {
            await Task.Yield();
            if (_time.NextTimer is { } next) _time.AdvanceTo(next);
        }

        return await turn;
    }
}
