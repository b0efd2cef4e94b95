using System.Text;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage.Contracts;

public abstract class DeliveryContract(StoreHarness harness) : StoreContract(harness)
{
    [Fact]
    public async Task Delivery_is_kept_as_it_came_and_pending()
    {
        await SaveAsync(new Change.RecordDeliveries([Received(1, "push", """{"ref":"refs/heads/main"}""")], 2));

        var content = (await Store.Deliveries.ReadAsync(Guid(1), Token))!;
        Assert.Equal("""{"ref":"refs/heads/main"}""", Encoding.UTF8.GetString(content.Payload()));
        Assert.Equal(
            new Delivery { Guid = Guid(1), Event = "push", ReceivedAt = At.AddSeconds(1), State = DeliveryState.Pending, Length = 25 }, content.Delivery);
        Assert.Equal(content.Delivery, await Store.Deliveries.GetAsync(Guid(1), Token));
        Assert.Null(await Store.Deliveries.GetAsync(Guid(2), Token));
        Assert.Null(await Store.Deliveries.ReadAsync(Guid(2), Token));
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Delivery_that_comes_again_changes_nothing()
    {
        await SaveAsync(new Change.RecordDeliveries([Received(1, "push", "first"), Received(1, "push", "in the same group")], 0));
        await SaveAsync(new Change.SettleDelivery(new DeliveryOutcome(Guid(1), DeliveryState.Handled, At.AddMinutes(1), null)));

        await SaveAsync(new Change.RecordDeliveries([Received(1, "push", "again"), Received(2, "push", "another")], 1));

        Assert.Equal("first", Encoding.UTF8.GetString((await Store.Deliveries.ReadAsync(Guid(1), Token))!.Payload()));
        Assert.Equal(DeliveryState.Handled, (await Store.Deliveries.GetAsync(Guid(1), Token))!.State);
        Assert.Equal([Guid(2)], (await Store.Deliveries.PendingAsync(1, 10, Token)).Select(d => d.Delivery.Guid));
    }

    [Fact]
    public async Task Pending_ones_stand_in_their_lane_in_the_order_in_which_they_came()
    {
        await SaveAsync(new Change.RecordDeliveries([Received(1), Received(3)], 0));
        await SaveAsync(new Change.RecordDeliveries([Received(2)], 0));
        await SaveAsync(new Change.RecordDeliveries([Received(4)], 1));
        await SaveAsync(new Change.SettleDelivery(new DeliveryOutcome(Guid(3), DeliveryState.Ignored, At, null)));

        Assert.Equal([Guid(1), Guid(2)], (await Store.Deliveries.PendingAsync(0, 10, Token)).Select(d => d.Delivery.Guid));
        Assert.Equal([Guid(1)], (await Store.Deliveries.PendingAsync(0, 1, Token)).Select(d => d.Delivery.Guid));
        Assert.Equal([Guid(4)], (await Store.Deliveries.PendingAsync(1, 10, Token)).Select(d => d.Delivery.Guid));
        Assert.Empty(await Store.Deliveries.PendingAsync(2, 10, Token));
    }

    [Fact]
    public async Task Outcome_says_what_it_was_about_and_counts_once()
    {
        await SaveAsync(new Change.RecordDeliveries([Received(1)], 0));

        await SaveAsync(new Change.SettleDelivery(new DeliveryOutcome(Guid(1), DeliveryState.NotUnderstood, At.AddMinutes(1), "no `ref`") { Action = "opened", RepositoryId = 7, InstallationId = 8 }));
        await SaveAsync(new Change.SettleDelivery(new DeliveryOutcome(Guid(1), DeliveryState.Handled, At.AddMinutes(2), null)));

        Assert.Equal(
            new Delivery
            {
                Guid = Guid(1), Event = "push", Action = "opened", RepositoryId = 7, InstallationId = 8, ReceivedAt = At.AddSeconds(1), State = DeliveryState.NotUnderstood,
                Note = "no `ref`", HandledAt = At.AddMinutes(1), Length = 2,
            },
            await Store.Deliveries.GetAsync(Guid(1), Token));
    }

    [Fact]
    public async Task Replayed_delivery_is_pending_again_in_the_lane_that_was_asked_for()
    {
        await SaveAsync(new Change.RecordDeliveries([Received(1)], 0));
        await RefusedAsync(new Change.ReplayDelivery(Guid(1), 3));
        await RefusedAsync(new Change.ReplayDelivery(Guid(9), 3));
        await SaveAsync(new Change.SettleDelivery(new DeliveryOutcome(Guid(1), DeliveryState.Failed, At, "why")));

        await SaveAsync(new Change.ReplayDelivery(Guid(1), 3));

        var again = Assert.Single(await Store.Deliveries.PendingAsync(3, 10, Token)).Delivery;
        Assert.Equal((DeliveryState.Pending, null, null), (again.State, again.Note, again.HandledAt));
    }

    [Fact]
    public async Task List_is_newest_first_by_state_and_page()
    {
        await SaveAsync(new Change.RecordDeliveries([.. Enumerable.Range(1, 6).Select(n => Received(n))], 0));
        foreach (var (number, state) in new[] { (1, DeliveryState.Handled), (2, DeliveryState.NotUnderstood), (3, DeliveryState.Ignored), (4, DeliveryState.Failed) })
            await SaveAsync(new Change.SettleDelivery(new DeliveryOutcome(Guid(number), state, At, null)));

        Assert.Equal([6, 5, 4, 3, 2, 1], await ListAsync(new DeliveryFilter()));
        Assert.Equal([6, 5], await ListAsync(new DeliveryFilter(Limit: 2)));
        Assert.Equal([4, 3], await ListAsync(new DeliveryFilter(Before: Guid(5), Limit: 2)));
        Assert.Empty(await ListAsync(new DeliveryFilter(Before: Guid(99))));
        Assert.Equal([4, 2], await ListAsync(new DeliveryFilter(DeliveryFilter.Trouble)));
        Assert.Equal([2], await ListAsync(new DeliveryFilter(DeliveryFilter.Trouble, Guid(4))));
        Assert.Equal([6, 5], await ListAsync(new DeliveryFilter([DeliveryState.Pending])));
        Assert.Equal([3, 1], await ListAsync(new DeliveryFilter([DeliveryState.Handled, DeliveryState.Ignored])));
        Assert.Equal([1], await ListAsync(new DeliveryFilter([DeliveryState.Handled, DeliveryState.Ignored], Guid(3))));
    }

    [Fact]
    public async Task Known_ones_are_told_from_missing_ones()
    {
        await SaveAsync(new Change.RecordDeliveries([Received(1), Received(2)], 0));

        Assert.Equal([Guid(1)], await Store.Deliveries.KnownAsync([Guid(1), Guid(3)], Token));
        Assert.Empty(await Store.Deliveries.KnownAsync([], Token));
    }

    [Fact]
    public async Task Old_ones_go_but_not_pending_ones_and_trouble_stays_longer()
    {
        await SaveAsync(new Change.RecordDeliveries([.. Enumerable.Range(1, 5).Select(n => Received(n))], 0));
        foreach (var (number, state) in new[] { (1, DeliveryState.Handled), (2, DeliveryState.NotUnderstood), (3, DeliveryState.Ignored) })
            await SaveAsync(new Change.SettleDelivery(new DeliveryOutcome(Guid(number), state, At, null)));

        Assert.Equal([Guid(1), Guid(3)], await Store.Deliveries.OutdatedAsync(At.AddHours(1), At, 10, Token));
        Assert.Equal([Guid(1), Guid(2), Guid(3)], await Store.Deliveries.OutdatedAsync(At.AddHours(1), At.AddHours(1), 10, Token));
        Assert.Equal([Guid(1)], await Store.Deliveries.OutdatedAsync(At.AddHours(1), At, 1, Token));
        await SaveAsync(new Change.RemoveDeliveries([Guid(1), Guid(4), Guid(77)]));

        Assert.Equal([5, 4, 3, 2], await ListAsync(new DeliveryFilter()));
    }

    [Theory]
    [InlineData("72d3162e-cc78-11e3-81ab-4c9367dc0958")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("0198c2f6-a1b7-7c6e-8d2f-3a4b5c6d7e8f")]
    public async Task Guid_of_any_kind_comes_back_as_it_was(string text)
    {
        var guid = System.Guid.Parse(text);
        await SaveAsync(new Change.RecordDeliveries([Received(1) with { Guid = guid }], 0));

        Assert.Equal(guid, (await Store.Deliveries.GetAsync(guid, Token))!.Guid);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9_600)]
    [InlineData(3_000_000)]
    public async Task Payload_of_any_length_comes_back_byte_by_byte(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        await SaveAsync(new Change.RecordDeliveries([new ReceivedDelivery(Guid(1), "push", At, PackedBody.Of(payload))], 0));

        Assert.True((await Store.Deliveries.ReadAsync(Guid(1), Token))!.Payload().AsSpan().SequenceEqual(payload));
    }

    private async Task<IReadOnlyList<int>> ListAsync(DeliveryFilter filter) =>
        [.. (await Store.Deliveries.ListAsync(filter, Token)).Select(d => d.Guid.ToByteArray(bigEndian: true)[15])];

    private static Guid Guid(byte number) => new([0x72, 0xd3, 0x16, 0x2e, 0xcc, 0x78, 0x11, 0xe3, 0x81, 0xab, 0, 0, 0, 0, 0, number], bigEndian: true);

    private static Guid Guid(int number) => Guid((byte)number);

    private static ReceivedDelivery Received(int number, string @event = "push", string payload = "{}") =>
        new(Guid(number), @event, At.AddSeconds(number), PackedBody.Of(Encoding.UTF8.GetBytes(payload)));
}
