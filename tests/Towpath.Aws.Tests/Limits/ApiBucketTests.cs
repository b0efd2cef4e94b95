using Towpath.Aws.Limits;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Limits;

public sealed class ApiBucketTests
{
    private static readonly ApiGroup Group = new("registrations", 3, 1);

    private readonly VirtualTime _time = new();

    [Fact]
    public void After_the_burst_each_caller_is_told_when_its_turn_comes()
    {
        var bucket = new ApiBucket(Group, _time);
        Assert.Null(bucket.TryTake("a", first: false));
        Assert.Null(bucket.TryTake("b", first: false));
        Assert.Equal((TimeSpan.FromSeconds(1), 0), bucket.TryTake("c", first: false));
        Assert.Equal((TimeSpan.FromSeconds(2), 1), bucket.TryTake("d", first: false));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((TimeSpan.FromSeconds(1), 1), bucket.TryTake("d", first: false));
        Assert.Null(bucket.TryTake("c", first: false));
    }

    [Fact]
    public void A_rollback_goes_before_everybody_who_waits()
    {
        var bucket = Emptied();
        Assert.NotNull(bucket.TryTake("normal", first: false));
        Assert.NotNull(bucket.TryTake("rollback", first: true));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((TimeSpan.FromSeconds(1), 1), bucket.TryTake("normal", first: false));
        Assert.Null(bucket.TryTake("rollback", first: true));
    }

    [Fact]
    public void Whoever_does_not_come_back_loses_its_place_in_the_end()
    {
        var bucket = Emptied();
        Assert.NotNull(bucket.TryTake("gone", first: false));
        Assert.NotNull(bucket.TryTake("stays", first: false));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(bucket.TryTake("stays", first: false));
        _time.Advance(TimeSpan.FromSeconds(91));
        Assert.Null(bucket.TryTake("stays", first: false));
    }

    [Fact]
    public void Held_room_is_used_by_the_next_call_of_the_same_ticket()
    {
        var bucket = new ApiBucket(Group, _time);
        Assert.Null(bucket.TryTake("a", first: false, hold: true));
        Assert.Null(bucket.TryTake("b", first: false));
        Assert.NotNull(bucket.TryTake("c", first: false));
        Assert.Null(bucket.TryTake("a", first: false));
        Assert.NotNull(bucket.TryTake("a", first: false));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void However_long_room_is_held_before_its_call_the_account_is_never_asked_too_much(int seed)
    {
        var group = new ApiGroup("registrations", 20, 1);
        var bucket = new ApiBucket(group, _time);
        var random = new Random(seed);
        var held = new List<(string Ticket, int Until)>();
        var (account, calls, granted) = ((double)group.Burst, 0, 0);
        for (var second = 0; second < 300; second++)
        {
            while (bucket.TryTake($"{granted}", first: false, hold: true) is null) held.Add(($"{granted++}", second + random.Next(12)));
            foreach (var due in held.Where(h => h.Until <= second).ToList())
            {
                held.Remove(due);
                Assert.Null(bucket.TryTake(due.Ticket, first: false));
                calls++;
                Assert.True(--account >= 0, $"call {calls} in second {second} is throttled");
            }

            _time.Advance(TimeSpan.FromSeconds(1));
            account = Math.Min(group.Burst, account + group.PerSecond);
        }

        Assert.InRange(calls, 100, 320);
    }

    [Fact]
    public void In_any_minute_no_more_than_burst_and_rate_allow_are_granted_with_something_to_spare()
    {
        var bucket = new ApiBucket(new ApiGroup("registrations", 20, 1), _time);
        var waiting = Enumerable.Range(0, 500).Select(i => $"{i}").ToHashSet(StringComparer.Ordinal);
        var granted = 0;
        for (var second = 0; second < 60; second++)
        {
            foreach (var ticket in waiting.ToList())
                if (bucket.TryTake(ticket, first: false) is null && waiting.Remove(ticket)) granted++;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(20 - 2 + 59, granted);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(40)]
    public void A_caller_that_waits_as_long_as_it_is_told_is_let_in_and_never_told_to_wait_no_time(double perSecond)
    {
        var bucket = new ApiBucket(new ApiGroup("calls", 10, perSecond), _time);
        for (var call = 0; call < 1000; call++)
        {
            if (bucket.TryTake($"{call}", first: false) is not var (wait, _)) continue;
            Assert.True(wait > TimeSpan.Zero);
            _time.Advance(wait);
            Assert.Null(bucket.TryTake($"{call}", first: false));
        }
    }

    private ApiBucket Emptied()
    {
        var bucket = new ApiBucket(Group, _time);
        bucket.Drain();
        return bucket;
    }
}
