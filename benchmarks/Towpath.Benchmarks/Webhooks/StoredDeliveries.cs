using Towpath.Engine.Storage;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>Fills a database with deliveries of the past month, all of them handled.</summary>
internal static class StoredDeliveries
{
    private const int AtOnce = 500;

    public static async Task AddAsync(string database, Payloads payloads, int count, CancellationToken cancellationToken)
    {
        await using var store = StoreFactory.Open(database, Clock.Time);
        await store.MigrateAsync(cancellationToken);
        var bodies = payloads.All.Select(p => (p.Event, Body: PackedBody.Of(p.Body))).ToList();
        var from = Clock.Time.GetUtcNow().AddDays(-29);
        for (var done = 0; done < count; done += AtOnce)
        {
            var at = from + (TimeSpan.FromDays(28) * ((double)done / count));
            var deliveries = Enumerable.Range(done, AtOnce).Select(n => new ReceivedDelivery(DeliveryGuids.Next(), bodies[n % bodies.Count].Event, at, bodies[n % bodies.Count].Body)).ToList();
            var settled = deliveries.Select(d => new Change.SettleDelivery(new DeliveryOutcome(d.Guid, DeliveryState.Handled, at, null)));
            if (await store.CommitAsync(new Commit { Changes = [new Change.RecordDeliveries(deliveries, 0), .. settled] }, cancellationToken) is not CommitOutcome.Committed)
                throw new InvalidOperationException("stored deliveries could not be made");
        }
    }
}
