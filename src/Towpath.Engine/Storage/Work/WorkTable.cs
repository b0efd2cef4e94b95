using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Work;

/// <summary>Claims and leases, in single statements. How nodes are known to live differs: see the stores.</summary>
internal sealed class WorkTable(IQueries queries, INodes nodes, IChangeFeed feed) : IWorkTable
{
    private const string Free = "(owner IS NULL OR lease_until <= {now})";
    /// <summary>The token is never less than the clock, so that those of a restored backup are not given out again.</summary>
    private static readonly Statement Claim = new(
        $"""
        UPDATE work SET owner = $1, lease_until = {Now} + $2, token = CASE WHEN token + 1 > {Now} THEN token + 1 ELSE {Now} END
        WHERE id IN (
            SELECT id FROM work WHERE head AND due_at <= {Now} AND {Free} AND (capability IS NULL OR capability IN (SELECT value FROM json_each($3)))
            ORDER BY due_at LIMIT $4)
        RETURNING id, kind, queue, subject, payload, token, failures, due_at
        """,
        "SELECT id, kind, queue, subject, payload, token, failures, due_at FROM towpath_claim($1, $2, $3, $4)");

    private const string Extending = "UPDATE work SET lease_until = CASE WHEN lease_until > {now} + $2 THEN lease_until ELSE {now} + $2 END";

    /// <summary>Rows are taken in the order of their ids, as commits take them, or the two could wait for each other.</summary>
    private static readonly Statement Extend = new(
        $"{Extending} WHERE owner = $1 AND lease_until > {Now} RETURNING id, token",
        $"""
        {Extending} FROM (SELECT id AS held FROM work WHERE owner = $1 AND lease_until > {Now} ORDER BY id FOR NO KEY UPDATE) AS mine
        WHERE work.id = mine.held RETURNING id, token
        """);

    private static readonly Statement Owned = new($"""
        SELECT 1 FROM work WHERE id = $1 AND token = $2 AND owner IS NOT NULL AND lease_until > {Now}
        """);

    private static readonly Statement NextDue = new(NextDueWhere("IN (SELECT value FROM json_each($2))"), NextDueWhere("= ANY($2)"));

    private static readonly Statement Release = new("""
        UPDATE work SET owner = NULL, lease_until = 0 WHERE id = $1 AND token = $2 AND owner IS NOT NULL RETURNING 1
        """);

    private static readonly Statement Aside = new("SELECT id, kind, queue, subject, message, at FROM work_set_aside ORDER BY at DESC, id DESC LIMIT $1");

    private const string Now = "{now}";

    private readonly ConcurrentDictionary<string, HandedOut> _handedOut = new(StringComparer.Ordinal);

    public Task<INodeSession> JoinAsync(NodeIdentity node, CancellationToken cancellationToken) => nodes.JoinAsync(node, cancellationToken);

    public async Task<IReadOnlyList<ClaimedWork>> ClaimAsync(NodeIdentity node, int limit, CancellationToken cancellationToken)
    {
        using var claim = HandedOutTo(node).BeginClaim();
        var rows = await queries.WriteAsync(
            Claim, row => (Due: row.GetInt64(7), Work: Claimed(row)), cancellationToken,
            node.Id, node.Lease.Microseconds(), node.Capabilities.ToArray(), (long)limit);
        foreach (var row in rows) claim.Add(row.Work.Fence);
        return [.. rows.OrderBy(row => row.Due).Select(row => row.Work)];
    }

    public async Task<IReadOnlyList<Fence>> HeartbeatAsync(NodeIdentity node, CancellationToken cancellationToken)
    {
        var known = HandedOutTo(node);
        var before = known.Now();
        var held = await queries.WriteAsync(Extend, FenceOf, cancellationToken, node.Id, node.Lease.Microseconds());
        foreach (var lost in known.NeverArrived(before, held))
        {
            held.Remove(lost);
            await ReleaseAsync(lost, cancellationToken);
        }

        return held;
    }

    public async Task<bool> IsOwnedAsync(Fence fence, CancellationToken cancellationToken) =>
        await queries.ReadAsync(Owned, _ => true, cancellationToken, Id(fence), fence.Token) is [_, ..];

    public async Task<TimeSpan?> NextDueAsync(NodeIdentity node, CancellationToken cancellationToken)
    {
        var rows = await queries.ReadAsync(
            NextDue, row => row.IsDBNull(0) ? (TimeSpan?)null : TimeSpan.FromMicroseconds(Math.Max(0, row.GetInt64(0))), cancellationToken,
            node.Id, node.Capabilities.ToArray());
        return rows[0];
    }

    public async Task ReleaseAsync(Fence fence, CancellationToken cancellationToken)
    {
        await queries.WriteAsync(Release, _ => true, cancellationToken, Id(fence), fence.Token);
        feed.Publish(Line.Notice);
    }

    public async Task<int> ReapAsync(CancellationToken cancellationToken)
    {
        var freed = await nodes.ReapAsync(cancellationToken);
        if (freed > 0) feed.Publish(Line.Notice);
        return freed;
    }

    public async Task<IReadOnlyList<SetAsideWork>> SetAsideAsync(int limit, CancellationToken cancellationToken) => await queries.ReadAsync(
        Aside,
        row => new SetAsideWork(IdText(row), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Instant(5)),
        cancellationToken, (long)limit);

    private HandedOut HandedOutTo(NodeIdentity node) => _handedOut.GetOrAdd(node.Id, _ => new HandedOut());

    private static string NextDueWhere(string among) => $$"""
        SELECT min(CASE WHEN owner IS NULL OR lease_until < due_at THEN due_at ELSE lease_until END) - {now} FROM work
        WHERE head AND due_at < {{Instants.Never}} AND (owner IS NULL OR owner <> $1 OR lease_until <= {now}) AND (capability IS NULL OR capability {{among}})
        """;

    private static ClaimedWork Claimed(DbDataReader row) =>
        new(IdText(row), row.GetString(1), row.GetString(2), row.GetString(3), row.Text(4), row.GetInt64(5), row.GetInt32(6));

    private static Fence FenceOf(DbDataReader row) => new(IdText(row), row.GetInt64(1));

    private static string IdText(DbDataReader row) => row.GetInt64(0).ToString(CultureInfo.InvariantCulture);

    private static long Id(Fence fence) => long.TryParse(fence.WorkId, CultureInfo.InvariantCulture, out var id) ? id : 0;
}

/// <summary>Which nodes live.</summary>
internal interface INodes
{
    Task<INodeSession> JoinAsync(NodeIdentity node, CancellationToken cancellationToken);

    /// <summary>Ends the leases of nodes that do not live any more; returns how many rows that freed.</summary>
    Task<int> ReapAsync(CancellationToken cancellationToken);
}
