using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Deployments;

internal sealed class DeploymentReader(IQueries queries) : IDeploymentReader
{
    private static readonly Statement One = new("SELECT state FROM deployments WHERE id = $1") { IsByKey = true };
    private static readonly Statement Some = new("SELECT state FROM deployments WHERE id IN (SELECT value FROM json_each($1))", "SELECT state FROM deployments WHERE id = ANY($1)");
    private static readonly Statement Ending = new("SELECT state FROM deployments WHERE reversed >= $1 AND reversed < $2 ORDER BY reversed LIMIT 2");
    private static readonly Statement OpenOfAll = new($"SELECT state FROM deployments WHERE phase IN ({Open}) ORDER BY id");
    private static readonly Statement OpenOfOne = new($"SELECT state FROM deployments WHERE application = $1 AND phase IN ({Open}) ORDER BY id");
    private static readonly Statement OpenOfSome = new(
        $"SELECT state FROM deployments WHERE application IN (SELECT value FROM json_each($1)) AND phase IN ({Open}) ORDER BY id",
        $"SELECT state FROM deployments WHERE application = ANY($1) AND phase IN ({Open}) ORDER BY id");

    private static readonly Statement Succeeded = new("""
        SELECT environment, max(finished_at) FROM deployments
        WHERE application = $1 AND digest = $2 AND phase = 'succeeded' AND finished_at IS NOT NULL GROUP BY environment
        """);

    private static readonly Statement Line = new("SELECT subject FROM work WHERE queue = $1 ORDER BY id");
    private static readonly Statement Journal = new("""
        SELECT revision, at, event, from_phase, to_phase, step, attempt, data FROM journal WHERE deployment = $1 ORDER BY revision
        """);

    private static readonly Statement Log = new("SELECT sequence, at, step, line FROM log_lines WHERE deployment = $1 AND sequence > $2 ORDER BY sequence LIMIT $3");
    private static readonly Statement Decisions = new("SELECT state FROM approvals WHERE deployment = $1 ORDER BY at, id") { IsByKey = true };

    internal static string Open => PhaseColumn.List(Enum.GetValues<Phase>().Where(phase => !phase.IsTerminal()));

    public Task<Deployment?> GetAsync(DeploymentId id, CancellationToken cancellationToken) =>
        ReadAsync(One, cancellationToken, id.Value).FirstAsync();

    public async Task<IReadOnlyList<Deployment>> FindAsync(string idOrEnding, CancellationToken cancellationToken)
    {
        if (await ReadAsync(One, cancellationToken, idOrEnding) is [_] whole) return whole;
        if (idOrEnding.Length < Endings.Shortest) return [];
        var start = Endings.Reverse(idOrEnding);
        // Ids consist of hexadecimal digits, so 'g' comes after every continuation.
        return await ReadAsync(Ending, cancellationToken, start, start + "g");
    }

    public async Task<IReadOnlyList<Deployment>> ListAsync(DeploymentFilter filter, CancellationToken cancellationToken)
    {
        var (statement, args) = DeploymentList.For(filter);
        return await ReadAsync(statement, cancellationToken, args);
    }

    public async Task<IReadOnlyList<Deployment>> OpenAsync(string? application, CancellationToken cancellationToken) => application is null
        ? await ReadAsync(OpenOfAll, cancellationToken)
        : await ReadAsync(OpenOfOne, cancellationToken, application);

    public async Task<IReadOnlyList<Deployment>> OpenOfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken) =>
        await ReadAsync(OpenOfSome, cancellationToken, applications.ToArray());

    public async Task<IReadOnlyList<Deployment>> OfAsync(IReadOnlyCollection<DeploymentId> ids, CancellationToken cancellationToken) =>
        await ReadAsync(Some, cancellationToken, ids.Select(id => id.Value).ToArray());

    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> SuccessesAsync(string application, Digest digest, CancellationToken cancellationToken)
    {
        var rows = await queries.ReadAsync(Succeeded, row => (Environment: row.GetString(0), At: row.Instant(1)), cancellationToken, application, digest.Value);
        return rows.ToDictionary(row => row.Environment, row => row.At, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<DeploymentId>> LineAsync(EnvironmentKey key, CancellationToken cancellationToken) =>
        await queries.ReadAsync(Line, row => new DeploymentId(row.GetString(0)), cancellationToken, key.ToString());

    public async Task<IReadOnlyList<JournalEntry>> JournalAsync(DeploymentId id, CancellationToken cancellationToken) => await queries.ReadAsync(
        Journal,
        row => new JournalEntry(
            id, row.GetInt64(0), row.Instant(1), row.GetString(2), PhaseColumn.Phase(row.GetString(3)), PhaseColumn.Phase(row.GetString(4)), row.Text(5),
            row.GetInt32(6), row.GetString(7)),
        cancellationToken, id.Value);

    public async Task<IReadOnlyList<LogLine>> LogAsync(DeploymentId id, long afterSequence, int limit, CancellationToken cancellationToken) =>
        await queries.ReadAsync(
            Log, row => new LogLine(row.GetInt64(0), row.Instant(1), row.GetString(2), row.GetString(3)), cancellationToken, id.Value, afterSequence, (long)limit);

    public async Task<IReadOnlyList<Approval>> ApprovalsAsync(DeploymentId id, CancellationToken cancellationToken) =>
        await queries.ReadAsync(Decisions, row => row.Document(0, CoreJson.Default.Approval), cancellationToken, id.Value);

    private Task<List<Deployment>> ReadAsync(Statement statement, CancellationToken cancellationToken, params Arg[] args) =>
        queries.ReadAsync(statement, row => row.Document(0, CoreJson.Default.Deployment), cancellationToken, args);
}

/// <summary>The list's statement is made for the filter: each combination is one text that the database plans for.</summary>
internal static class DeploymentList
{
    public static (Statement Statement, Arg[] Args) For(DeploymentFilter filter)
    {
        List<string> conditions = [];
        List<Arg> args = [];
        void Where(string condition, string? value)
        {
            if (value is null) return;
            args.Add(value);
            conditions.Add($"{condition} ${args.Count}");
        }

        Where("application =", filter.Application);
        Where("environment =", filter.Environment);
        Where("id <", filter.Before?.Value);
        if (filter.Phases is { } phases) conditions.Add(phases.Count == 0 ? "FALSE" : $"phase IN ({PhaseColumn.List(phases)})");
        // To the letter the condition of the index over open ones: SQLite does not see by itself that the narrower one implies it.
        if (filter.Phases is { Count: > 0 } some && !some.Any(phase => phase.IsTerminal())) conditions.Add($"phase IN ({DeploymentReader.Open})");
        args.Add((long)filter.Limit);
        var where = conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
        return (new Statement($"SELECT state FROM deployments {where} ORDER BY id DESC LIMIT ${args.Count}"), [.. args]);
    }
}
