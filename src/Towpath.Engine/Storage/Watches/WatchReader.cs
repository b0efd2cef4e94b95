using System.Data.Common;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Facts;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Watches;

internal sealed class WatchReader(IQueries queries) : IWatchReader
{
    private const string Columns = "application, environment, repository_id, ref, sha, since, state, deployment, reason, updated_at";

    private static readonly Statement Looks = new("""
        SELECT l.repository_id, l.subject, l.version, l.failures, n.name, n.owner_id, n.installation_id, n.gone, n.at, r.at, r.sha, r.disputed, r.pushed_by, r.author
        FROM watch_looks l
        LEFT JOIN repository_names n ON n.repository_id = l.repository_id
        LEFT JOIN ref_facts r ON r.repository_id = l.repository_id AND r.ref = l.subject
        WHERE l.lane = $1 AND l.due_at <= {now} ORDER BY l.due_at, l.repository_id, l.subject LIMIT $2
        """);

    private static readonly Statement NextLook = new("SELECT min(due_at) - {now} FROM watch_looks WHERE lane = $1");

    private static readonly Statement OfSome = new(
        $"SELECT {Columns} FROM watches WHERE application IN (SELECT value FROM json_each($1)) ORDER BY application, environment",
        $"SELECT {Columns} FROM watches WHERE application = ANY($1) ORDER BY application, environment");

    private static readonly Statement DeployingRuns = new("SELECT run_id FROM deploying_runs WHERE repository_id = $1 AND sha = $2");

    public async Task<IReadOnlyList<Look>> LooksAsync(int lane, int limit, CancellationToken cancellationToken) =>
        await queries.ReadAsync(Looks, ReadLook, cancellationToken, (long)lane, (long)limit);

    public async Task<TimeSpan?> NextLookAsync(int lane, CancellationToken cancellationToken)
    {
        var rows = await queries.ReadAsync(NextLook, row => row.OptionalNumber(0) is { } left ? TimeSpan.FromMicroseconds(Math.Max(0, left)) : (TimeSpan?)null, cancellationToken, (long)lane);
        return rows[0];
    }

    public async Task<IReadOnlyList<StoredWatch>> OfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken) =>
        await queries.ReadAsync(OfSome, ReadWatch, cancellationToken, applications.ToArray());

    public async Task<IReadOnlySet<long>> DeployingRunsAsync(long repositoryId, string sha, CancellationToken cancellationToken) =>
        (await queries.ReadAsync(DeployingRuns, row => row.GetInt64(0), cancellationToken, repositoryId, sha)).ToHashSet();

    private static Look ReadLook(DbDataReader row)
    {
        var id = row.GetInt64(0);
        var name = row.Text(4) is { } called ? new RepositoryName(id, called, row.GetInt64(5), row.OptionalNumber(6), row.GetInt64(7) != 0, row.Instant(8)) : null;
        var stand = row.OptionalInstant(9) is { } at
            ? new RefFact(id, row.GetString(1), row.Text(10), at) { IsDisputed = row.GetBoolean(11), PushedBy = row.Text(12), Author = row.Text(13) }
            : null;
        return new Look(id, row.GetString(1), row.GetInt64(2), (int)row.GetInt64(3), name, stand);
    }

    private static StoredWatch ReadWatch(DbDataReader row) => new()
    {
        Key = new EnvironmentKey(row.GetString(0), row.GetString(1)),
        RepositoryId = row.GetInt64(2),
        Ref = row.GetString(3),
        Sha = row.GetString(4),
        Since = row.Instant(5),
        State = WatchStateColumn.State(row.GetString(6)),
        Deployment = row.Text(7) is { } id ? new DeploymentId(id) : null,
        Reason = row.OptionalDocument(8, CoreJson.Default.GateResult),
        UpdatedAt = row.Instant(9),
    };
}

internal static class WatchStateColumn
{
    public static string Word(this WatchState state) => state switch { WatchState.Waiting => "waiting", WatchState.Requested => "requested" };

    public static WatchState State(string word) => word switch
    {
        "waiting" => WatchState.Waiting,
        "requested" => WatchState.Requested,
        _ => throw new InvalidDataException($"a stored watch is in the state '{word}'"),
    };
}
