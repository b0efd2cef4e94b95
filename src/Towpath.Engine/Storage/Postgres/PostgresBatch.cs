using Npgsql;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>Collects a commit's statements, to be sent in one round trip; the batch is its own transaction.</summary>
internal sealed class PostgresBatch(NpgsqlConnection connection) : IStatements, IDisposable
{
    /// <summary>
    /// Statements about several rows are planned once, also while a table is empty: reading all of it, which is the fastest then, would be slow soon; and for a few rows
    /// PostgreSQL would plan each time anew, which takes longer than what it does. Until the end of the transaction.
    /// </summary>
    private const string ByIndexes = """
        SELECT set_config('plan_cache_mode', 'force_generic_plan', TRUE), set_config('enable_seqscan', 'off', TRUE),
            set_config('enable_hashjoin', 'off', TRUE), set_config('enable_mergejoin', 'off', TRUE), set_config('jit', 'off', TRUE)
        """;

    private readonly NpgsqlBatch _batch = new(connection);
    private readonly Gathering _gathering = new();

    public bool IsPostgres => true;

    public void Begin(IReadOnlyCollection<string> lines, bool isLast) => _gathering.Begin(lines, isLast);

    public void Execute(Statement statement, params ReadOnlySpan<Arg> args) => _gathering.Add(new Call(statement, args.ToArray()));

    public void Expect(string what, Statement statement, int rows, params ReadOnlySpan<Arg> args) =>
        _gathering.Add(new Call(statement, args.ToArray()) { Expected = new Expectation(rows, PostgresStates.Conflict, what) });

    public void ExpectOwned(Statement statement, params ReadOnlySpan<Arg> args) =>
        _gathering.Add(new Call(statement, args.ToArray()) { Expected = new Expectation(1, PostgresStates.Fenced, "another node owns this work now") });

    /// <summary>Not cancelled once it is on its way: a cancellation in the middle would only make the outcome unknown.</summary>
    public Task RunAsync()
    {
        var calls = _gathering.InTurn();
        if (calls.Any(alike => alike.Count > 1)) _batch.BatchCommands.Add(new NpgsqlBatchCommand(ByIndexes));
        foreach (var alike in calls) Add(alike);
        return _batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public void Dispose() => _batch.Dispose();

    private void Add(IReadOnlyList<Call> alike)
    {
        var (one, several) = (alike[0], alike.Count > 1 ? alike[0].Statement.Several : null);
        var text = one.Expected is null ? several?.Text ?? one.Statement.Postgres : several?.Expecting ?? one.Statement.PostgresExpecting;
        var command = new NpgsqlBatchCommand(text);
        if (several is null) PostgresArguments.AddTo(command.Parameters, one.Args);
        else
            for (var n = 0; n < one.Args.Length; n++) PostgresArguments.AddTo(command.Parameters, alike, n);
        if (one.Expected is { } expected) PostgresArguments.AddTo(command.Parameters, alike.Sum(call => (long)call.Expected!.Rows), expected.State, expected.What);
        _batch.BatchCommands.Add(command);
    }
}

/// <summary>A statement with its arguments.</summary>
internal sealed record Call(Statement Statement, Arg[] Args)
{
    public Expectation? Expected { get; init; }
}

/// <param name="Rows">So many have to be touched.</param>
/// <param name="State">The error where it is another number.</param>
/// <param name="What">What is no longer so then.</param>
internal sealed record Expectation(int Rows, string State, string What);
