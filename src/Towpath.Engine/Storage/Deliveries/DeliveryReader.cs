using System.Data.Common;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Deliveries;

internal sealed class DeliveryReader(IQueries queries) : IDeliveryReader
{
    internal const string Columns = "guid, event, action, repository_id, installation_id, received_at, state, note, handled_at, length";
    private const string Trouble = "state IN ('not_understood', 'failed')";

    private static readonly Statement One = new($"SELECT {Columns} FROM deliveries WHERE guid = $1");
    private static readonly Statement Whole = new($"SELECT {Columns}, body FROM deliveries WHERE guid = $1");
    private static readonly Statement Pending = new($"SELECT {Columns}, body FROM deliveries WHERE state = 'pending' AND lane = $1 ORDER BY id LIMIT $2");
    private static readonly Listing Newest = new("TRUE");
    private static readonly Listing NewestTrouble = new(Trouble);
    private static readonly Listing NewestPending = new("state = 'pending'");
    private static readonly Listing NewestOf = new("state IN (SELECT value FROM json_each($2))", "state = ANY($2)");

    private static readonly Statement Known = new(
        "SELECT guid FROM deliveries WHERE guid IN (SELECT value FROM json_each($1))", "SELECT guid FROM deliveries WHERE guid = ANY($1)");

    private static readonly Statement Outdated = new(
        $"SELECT guid FROM deliveries WHERE received_at < $1 AND state <> 'pending' AND (received_at < $2 OR NOT ({Trouble})) ORDER BY received_at LIMIT $3");

    public Task<Delivery?> GetAsync(Guid guid, CancellationToken cancellationToken) => queries.ReadAsync(One, Read, cancellationToken, guid.Key()).FirstAsync();

    public Task<DeliveryContent?> ReadAsync(Guid guid, CancellationToken cancellationToken) =>
        queries.ReadAsync(Whole, ReadContent, cancellationToken, guid.Key()).FirstAsync();

    public async Task<IReadOnlyList<DeliveryContent>> PendingAsync(int lane, int limit, CancellationToken cancellationToken) =>
        await queries.ReadAsync(Pending, ReadContent, cancellationToken, (long)lane, (long)limit);

    /// <summary>What did not go well and what is pending has an index of its own, however much went well.</summary>
    public async Task<IReadOnlyList<Delivery>> ListAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        var listing = filter.States switch
        {
            null => Newest,
            [DeliveryState.Pending] => NewestPending,
            var states when states.Order().SequenceEqual(DeliveryFilter.Trouble) => NewestTrouble,
            _ => NewestOf,
        };
        List<Arg> args = [(long)filter.Limit];
        if (listing == NewestOf) args.Add(filter.States!.Select(state => state.Word()).ToArray());
        if (filter.Before is { } before) args.Add(before.Key());
        return await queries.ReadAsync(filter.Before is null ? listing.First : listing.Further(args.Count), Read, cancellationToken, [.. args]);
    }

    public async Task<IReadOnlySet<Guid>> KnownAsync(IReadOnlyList<Guid> guids, CancellationToken cancellationToken) =>
        (await queries.ReadAsync(Known, row => DeliveryColumns.Guid(row.GetString(0)), cancellationToken, guids.Select(guid => guid.Key()).ToArray())).ToHashSet();

    public async Task<IReadOnlyList<Guid>> OutdatedAsync(DateTimeOffset handledBefore, DateTimeOffset othersBefore, int limit, CancellationToken cancellationToken) =>
        await queries.ReadAsync(Outdated, row => DeliveryColumns.Guid(row.GetString(0)), cancellationToken, handledBefore, othersBefore, (long)limit);

    private static DeliveryContent ReadContent(DbDataReader row) =>
        new(Read(row), new PackedBody(row.GetFieldValue<byte[]>(10), row.GetInt32(9)));

    private static Delivery Read(DbDataReader row) => new()
    {
        Guid = DeliveryColumns.Guid(row.GetString(0)),
        Event = row.GetString(1),
        Action = row.Text(2),
        RepositoryId = row.OptionalNumber(3),
        InstallationId = row.OptionalNumber(4),
        ReceivedAt = row.Instant(5),
        State = DeliveryColumns.State(row.GetString(6)),
        Note = row.Text(7),
        HandledAt = row.OptionalInstant(8),
        Length = row.GetInt64(9),
    };
}

/// <summary>A page of deliveries under a condition, newest first: the first one, and those behind a known delivery.</summary>
internal sealed class Listing(string sqlite, string? postgres = null)
{
    private readonly Statement _second = new(Text(sqlite, "$2"), Text(postgres ?? sqlite, "$2"));
    private readonly Statement _third = new(Text(sqlite, "$3"), Text(postgres ?? sqlite, "$3"));

    public Statement First { get; } = new(Text(sqlite, null), Text(postgres ?? sqlite, null));

    /// <param name="argument">Which argument names that delivery.</param>
    public Statement Further(int argument) => argument == 2 ? _second : _third;

    private static string Text(string condition, string? before) => $"""
        SELECT {DeliveryReader.Columns} FROM deliveries
        WHERE {condition}{(before is null ? "" : $" AND (received_at, id) < (SELECT b.received_at, b.id FROM deliveries AS b WHERE b.guid = {before})")}
        ORDER BY received_at DESC, id DESC LIMIT $1
        """;
}
