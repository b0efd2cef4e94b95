using Towpath.Engine.Storage;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Testing;

namespace Towpath.Server.Tests.Features.Deliveries;

/// <summary>The inbox with a store that the test holds up.</summary>
public sealed class InboxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_while_a_group_is_saved_is_the_next_group()
    {
        var store = new HeldStore();
        var rush = new Rush(TimeProvider.System);
        using var inbox = await StartAsync(store, rush);
        var first = Add(inbox, Delivery(1));
        await store.ArrivedAsync(Token);
        var others = Enumerable.Range(2, 50).Select(n => Add(inbox, Delivery(n))).ToList();

        store.Let(new CommitOutcome.Committed());
        await first;
        Assert.All(others, other => Assert.False(other.IsCompleted));
        await store.ArrivedAsync(Token);
        store.Let(new CommitOutcome.Committed());
        await Task.WhenAll(others);

        Assert.Equal([1, 50], store.Groups);
        Assert.True(rush.IsOn);
    }

    [Fact]
    public async Task In_a_rush_the_engine_is_told_once_in_a_while()
    {
        var store = new HeldStore();
        var time = new VirtualTime();
        using var inbox = await StartAsync(store, new Rush(time), time);
        var first = Add(inbox, Delivery(1));
        await store.ArrivedAsync(Token);
        var others = Enumerable.Range(2, Rush.LargeGroup).Select(n => Add(inbox, Delivery(n))).ToList();
        store.LetAll();
        await Task.WhenAll(others);
        time.Advance(TimeSpan.FromMilliseconds(100));
        await Add(inbox, Delivery(99));

        Assert.True(first.IsCompletedSuccessfully);
        Assert.Equal([false, true, false], store.Quiet);
    }

    [Fact]
    public async Task Beyond_its_bounds_there_is_no_room_until_something_is_saved()
    {
        var store = new HeldStore();
        using var inbox = await StartAsync(store);
        for (var n = 0; n < DeliveryInbox.MostWaiting; n++) Assert.True(inbox.TryAdd(Delivery(n), out _));
        Assert.False(inbox.TryAdd(Delivery(99_999), out _));

        await store.ArrivedAsync(Token);
        store.LetAll();

        await Patience.UntilAsync(() => inbox.TryAdd(Delivery(99_999), out _));
    }

    [Fact]
    public async Task Bytes_that_wait_are_bounded_too()
    {
        var store = new HeldStore();
        using var inbox = await StartAsync(store);
        var big = new byte[20_000_000];
        Random.Shared.NextBytes(big);
        var delivery = Delivery(1) with { Body = PackedBody.Of(big) };

        Assert.True(inbox.TryAdd(delivery, out _));
        Assert.False(inbox.TryAdd(delivery, out _));
        Assert.True(inbox.TryAdd(Delivery(2), out _));
        store.LetAll();
    }

    [Fact]
    public async Task Failure_is_told_to_everybody_of_the_group_and_the_next_group_is_tried()
    {
        var store = new HeldStore { Failure = new StoreUnavailableException("disk full") };
        using var inbox = await StartAsync(store);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Add(inbox, Delivery(1)));

        store.Failure = null;
        store.LetAll();

        await Add(inbox, Delivery(2));
    }

    [Fact]
    public async Task What_waits_at_the_end_is_saved_before_it()
    {
        var store = new HeldStore();
        using var inbox = await StartAsync(store);
        var first = Add(inbox, Delivery(1));
        await store.ArrivedAsync(Token);
        var second = Add(inbox, Delivery(2));

        var stop = inbox.StopAsync(Token);
        store.LetAll();
        await stop;

        Assert.True(first.IsCompletedSuccessfully && second.IsCompletedSuccessfully);
    }

    [Fact]
    public void Budget_of_bodies_is_given_back()
    {
        var budget = new BodyBudget();
        Assert.True(budget.TryTake(BodyBudget.Most - 1, 0));
        Assert.False(budget.TryTake(2, 0));
        Assert.True(budget.TryTake(1, 0));
        budget.GiveBack(BodyBudget.Most);
        Assert.True(budget.TryTake(BodyBudget.Most, 0));
    }

    private static Task Add(DeliveryInbox inbox, ReceivedDelivery delivery)
    {
        Assert.True(inbox.TryAdd(delivery, out var saved));
        return saved;
    }

    private static async Task<DeliveryInbox> StartAsync(HeldStore store, Rush? rush = null, TimeProvider? time = null)
    {
        var inbox = new DeliveryInbox(store, rush ?? new Rush(TimeProvider.System), time ?? TimeProvider.System);
        await inbox.StartAsync(Token);
        return inbox;
    }

    private static ReceivedDelivery Delivery(int number) =>
        new(new Guid(number, 0, 0, new byte[8]), "push", DateTimeOffset.UnixEpoch, PackedBody.Of("{}"u8));
}
