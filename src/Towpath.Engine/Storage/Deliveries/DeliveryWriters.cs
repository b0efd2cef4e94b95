using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Deliveries;

internal sealed class RecordDeliveriesWriter : ChangeWriter<Change.RecordDeliveries>
{
    /// <summary>One by one on SQLite, where a statement costs nothing but itself; in one on PostgreSQL.</summary>
    private static readonly Statement Insert = new(
        "INSERT INTO deliveries (guid, lane, event, received_at, state, length, body) VALUES ($1, $2, $3, $4, 'pending', $5, $6) ON CONFLICT DO NOTHING",
        """
        INSERT INTO deliveries (guid, lane, event, received_at, state, length, body)
        SELECT d.guid, $2, d.event, d.received_at, 'pending', d.length, d.body
        FROM unnest($1::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bytea[]) AS d(guid, event, received_at, length, body)
        ON CONFLICT (guid) DO NOTHING
        """);

    protected override void Write(Change.RecordDeliveries change, IStatements to)
    {
        // In one order for everybody, or two nodes that are sent the same ones could wait for each other.
        var deliveries = change.Deliveries.Select(d => (Key: d.Guid.Key(), Delivery: d)).ToArray();
        Array.Sort(deliveries, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        if (to.IsPostgres) to.Execute(
            Insert, Array.ConvertAll(deliveries, d => d.Key), (long)change.Lane, Array.ConvertAll(deliveries, d => d.Delivery.Event),
            Array.ConvertAll(deliveries, d => d.Delivery.ReceivedAt.ToMicroseconds()), Array.ConvertAll(deliveries, d => (long)d.Delivery.Body.Length),
            Array.ConvertAll(deliveries, d => d.Delivery.Body.Bytes));
        else
            foreach (var (key, d) in deliveries) to.Execute(Insert, key, (long)change.Lane, d.Event, d.ReceivedAt, (long)d.Body.Length, d.Body.Bytes);
    }
}

internal sealed class SettleDeliveryWriter : ChangeWriter<Change.SettleDelivery>
{
    /// <summary>Of many each is found by its GUID: put otherwise, the index of pending ones would be read from end to end.</summary>
    private static readonly Statement Settle = new("""
        UPDATE deliveries SET state = $2, handled_at = $3, note = $4, action = $5, repository_id = $6, installation_id = $7 WHERE guid = $1 AND state = 'pending'
        """)
    {
        Several = new Several(
            $"""
            UPDATE deliveries SET state = o.state, handled_at = o.at, note = o.note, action = o.action, repository_id = o.repository_id, installation_id = o.installation_id
            FROM {Several.Rows("text text bigint text text bigint bigint")} AS o (guid, state, at, note, action, repository_id, installation_id)
            WHERE deliveries.guid = o.guid AND coalesce(deliveries.state, '') = 'pending'
            """,
            Turn.Settled, new Touch("deliveries", 1)),
    };

    protected override void Write(Change.SettleDelivery change, IStatements to)
    {
        var o = change.Outcome;
        to.Execute(Settle, o.Guid.Key(), o.State.Word(), o.At, o.Note, o.Action, o.RepositoryId, o.InstallationId);
    }

    protected override ChangeNotice? Notice(Change.SettleDelivery change) => DeliveryNotice.Any;
}

internal sealed class ReplayDeliveryWriter : ChangeWriter<Change.ReplayDelivery>
{
    private static readonly Statement Replay = new("""
        UPDATE deliveries SET state = 'pending', lane = $2, note = NULL, handled_at = NULL WHERE guid = $1 AND state <> 'pending' RETURNING 1
        """);

    protected override void Write(Change.ReplayDelivery change, IStatements to) =>
        to.Expect($"delivery {change.Guid} is not there, or is pending", Replay, 1, change.Guid.Key(), (long)change.Lane);

    protected override ChangeNotice? Notice(Change.ReplayDelivery change) => DeliveryNotice.Any;
}

internal sealed class RemoveDeliveriesWriter : ChangeWriter<Change.RemoveDeliveries>
{
    private static readonly Statement Remove = new(
        "DELETE FROM deliveries WHERE guid IN (SELECT value FROM json_each($1)) AND state <> 'pending'",
        "DELETE FROM deliveries WHERE guid = ANY($1) AND state <> 'pending'");

    protected override void Write(Change.RemoveDeliveries change, IStatements to) => to.Execute(Remove, change.Guids.Select(guid => guid.Key()).ToArray());
}

internal static class DeliveryNotice
{
    /// <summary>Not of each one: hundreds come in a second, and whoever shows a list asks for all of it.</summary>
    public static readonly ChangeNotice Any = new("delivery", "any");
}
