using Npgsql;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>Collects a commit's statements, to be sent in one round trip; the batch is its own transaction.</summary>
internal sealed class PostgresBatch(NpgsqlConnection connection) : IStatements, IDisposable
{
    private readonly NpgsqlBatch _batch = new(connection);

    public bool IsPostgres => true;

    public void Execute(Statement statement, params ReadOnlySpan<Arg> args) => Add(statement.Postgres, args);

    public void Expect(string what, Statement statement, int rows, params ReadOnlySpan<Arg> args) =>
        AddExpecting(statement, rows, PostgresStates.Conflict, what, args);

    public void ExpectOwned(Statement statement, params ReadOnlySpan<Arg> args) =>
        AddExpecting(statement, 1, PostgresStates.Fenced, "another node owns this work now", args);

    /// <summary>Not cancelled once it is on its way: a cancellation in the middle would only make the outcome unknown.</summary>
    public Task RunAsync() => _batch.ExecuteNonQueryAsync(CancellationToken.None);

    public void Dispose() => _batch.Dispose();

    private void AddExpecting(Statement statement, long rows, string state, string what, ReadOnlySpan<Arg> args) =>
        PostgresArguments.AddTo(Add(statement.PostgresExpecting, args).Parameters, rows, state, what);

    private NpgsqlBatchCommand Add(string text, ReadOnlySpan<Arg> args)
    {
        var command = new NpgsqlBatchCommand(text);
        PostgresArguments.AddTo(command.Parameters, args);
        _batch.BatchCommands.Add(command);
        return command;
    }
}
