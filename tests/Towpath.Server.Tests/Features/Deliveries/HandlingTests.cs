using System.Net;
using Towpath.Core.Facts;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.Deliveries;

public sealed class HandlingTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "T5")]
    public async Task Deliveries_in_any_order_end_in_the_newest_facts(bool onPostgres)
    {
        await using var server = await TestServer.StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        var pushes = Enumerable.Range(0, 200).Select(n => (Guid: Guid.CreateVersion7(), Second: n)).ToArray();
        Random.Shared.Shuffle(pushes);

        foreach (var part in pushes.Chunk(40))
            await Task.WhenAll(part.Select(push => server.DeliverAsync(push.Guid, Sent.Push(push.Second == 199 ? Sent.Sha2 : Sent.Sha, push.Second))));
        foreach (var push in pushes) Assert.Equal(DeliveryState.Handled, (await server.SettledAsync(push.Guid)).State);

        Assert.Equal(new RefFact(7, "refs/heads/main", Sent.Sha2, DateTimeOffset.FromUnixTimeSeconds(1_900_000_199)) { PushedBy = "kim" }, await server.Store.Facts.RefAsync(7, "refs/heads/main", Token));
        Assert.Equal(5, (await server.Store.Facts.RepositoryAsync("acme/shop", Token))!.InstallationId);
        await server.UntilNothingIsLeftToDoAsync();
    }

    [Fact]
    public async Task What_cannot_be_understood_is_kept_and_shown_and_can_be_replayed()
    {
        await using var server = await TestServer.StartAsync();
        var (broken, unused, good) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await server.DeliverAsync(broken, """{"ref": 7}""");
        await server.DeliverAsync(unused, "no JSON either", "star");
        await server.DeliverAsync(good, Sent.Push());

        Assert.Equal((DeliveryState.NotUnderstood, "`repository` is missing"), Seen(await server.SettledAsync(broken)));
        Assert.Equal(DeliveryState.Ignored, (await server.SettledAsync(unused)).State);
        Assert.Equal(DeliveryState.Handled, (await server.SettledAsync(good)).State);
        Assert.Equal([broken], (await server.GetAsync<DeliveryList>("ada", "/api/v1/github/deliveries?state=trouble")).Deliveries.Select(d => d.Guid));
        var detail = await server.GetAsync<DeliveryDetail>("ada", $"/api/v1/github/deliveries/{good}");
        Assert.Equal(("acme/shop", Sent.Push(), true), (detail.Repository, detail.Payload, detail.IsWhole));

        Assert.Equal(DeliveryState.Pending, (await server.PostAsync<DeliveryView>("ada", $"/api/v1/github/deliveries/{broken}/replay")).State);
        Assert.Equal(DeliveryState.NotUnderstood, (await server.SettledAsync(broken)).State);
        Assert.Contains(await server.Store.Audit.RecentAsync(null, null, 20, Token), entry => entry.Action == "delivery.replayed" && entry.Actor == "ada");
        await server.RefusedAsync("ada", HttpMethod.Post, $"/api/v1/github/deliveries/{Guid.CreateVersion7()}/replay", null, HttpStatusCode.NotFound, "no_such_delivery");
        await server.RefusedAsync("dev", HttpMethod.Get, "/api/v1/github/deliveries", null, HttpStatusCode.Forbidden, "role_missing");
    }

    [Fact]
    public async Task Delivery_whose_handling_fails_is_given_up_while_others_go_on()
    {
        await using var server = await TestServer.StartAsync(more: services => services.AddSingleton<IDeliveryReaction, Poisoned>());
        var (poisoned, good) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await server.DeliverAsync(poisoned, Sent.Push(branch: "poison"));
        await server.DeliverAsync(good, Sent.Push());

        Assert.Equal(DeliveryState.Handled, (await server.SettledAsync(good)).State);
        var given = await server.SettledAsync(poisoned);
        Assert.Equal((DeliveryState.Failed, "handling it failed: it is poisoned"), (given.State, given.Note));
        Assert.Null(await server.Store.Facts.RefAsync(7, "refs/heads/poison", Token));
        await server.UntilNothingIsLeftToDoAsync();
    }

    [Fact]
    public async Task Delivery_whose_facts_the_database_refuses_is_given_up_while_others_go_on()
    {
        var database = await postgres.CreateAsync();
        await using var server = await TestServer.StartAsync(database, more: services => services.AddSingleton<IDeliveryReaction, Unstorable>());
        var (poisoned, good) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await server.DeliverAsync(poisoned, Sent.Push(branch: "poison"));
        await server.DeliverAsync(good, Sent.Push());

        Assert.Equal(DeliveryState.Handled, (await server.SettledAsync(good)).State);
        Assert.Equal(DeliveryState.Failed, (await server.SettledAsync(poisoned)).State);
        await server.UntilNothingIsLeftToDoAsync();
    }

    [Fact]
    public async Task What_follows_from_a_delivery_is_saved_with_its_facts()
    {
        await using var server = await TestServer.StartAsync(more: services => services.AddSingleton<IDeliveryReaction, Noting>());
        var guid = Guid.CreateVersion7();

        await server.DeliverAsync(guid, Sent.Push());

        await server.SettledAsync(guid);
        Assert.Equal(guid.ToString(), await server.Store.Configuration.SettingAsync("noted", Token));
    }

    [Fact]
    public async Task Delivery_that_was_kept_before_a_death_is_handled_after_it()
    {
        var folder = new Folder();
        Directory.CreateDirectory(folder.Data);
        var guid = Guid.CreateVersion7();
        var database = $"sqlite:{Path.Combine(folder.Data, "towpath.db")}";
        await using (var store = StoreFactory.Open(database, TimeProvider.System))
        {
            await store.MigrateAsync(Token);
            // A delivery of long ago would be removed as soon as it is handled.
            var delivery = new ReceivedDelivery(guid, "push", TimeProvider.System.GetUtcNow(), PackedBody.Of(System.Text.Encoding.UTF8.GetBytes(Sent.Push())));
            await store.CommitAsync(new Commit { Changes = [new Change.RecordDeliveries([delivery], 3), Lanes.Wake(3)] }, Token);
        }

        await using var server = await TestServer.StartAsync(database, folder);

        Assert.Equal(DeliveryState.Handled, (await server.SettledAsync(guid)).State);
    }

    [Fact]
    public async Task Old_deliveries_are_removed()
    {
        await using var server = await TestServer.StartAsync();
        var old = new ReceivedDelivery(Guid.CreateVersion7(), "star", DateTimeOffset.UnixEpoch, PackedBody.Of("{}"u8));
        var recent = old with { Guid = Guid.CreateVersion7(), ReceivedAt = TimeProvider.System.GetUtcNow() };
        await server.Store.CommitAsync(new Commit { Changes = [new Change.RecordDeliveries([old, recent], 0), Lanes.Wake(0)] }, Token);
        await server.SettledAsync(recent.Guid);

        var prune = server.Running.Services.GetServices<Towpath.Engine.Work.IRecurringWork>().OfType<PruneDeliveries>().Single();
        await prune.RunAsync(null!, Token);

        Assert.Equal([recent.Guid], (await server.Store.Deliveries.ListAsync(new DeliveryFilter(), Token)).Select(d => d.Guid));
    }

    private static (DeliveryState, string?) Seen(Delivery delivery) => (delivery.State, delivery.Note);

    private sealed class Poisoned : IDeliveryReaction
    {
        public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
            told is WebhookEvent.Push { Fact.Ref: "refs/heads/poison" } ? throw new FormatException("it is poisoned") : Task.FromResult<IReadOnlyList<Change>>([]);
    }

    /// <summary>No ref is without a name.</summary>
    private sealed class Unstorable : IDeliveryReaction
    {
        public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Change>>(told is WebhookEvent.Push { Fact.Ref: "refs/heads/poison" } ? [new Change.SaveRefFact(new RefFact(7, null!, Sent.Sha, DateTimeOffset.UnixEpoch))] : []);
    }

    private sealed class Noting : IDeliveryReaction
    {
        public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Change>>([new Change.SaveSetting("noted", delivery.Guid.ToString())]);
    }
}
