using Microsoft.Data.Sqlite;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>Carries out a commit statement by statement; after the first expectation that fails, the rest is left out.</summary>
internal sealed class SqliteCommit(SqliteSession session) : IStatements
{
    private static readonly Statement Known = new("SELECT 1 FROM operations WHERE id = $1");
    private CommitOutcome? _refusal;

    public bool IsPostgres => false;

    public static CommitOutcome Run(SqliteSession session, Commit commit)
    {
        if (session.Count(Known, [commit.OperationId]) > 0) return new CommitOutcome.Committed();
        var statements = new SqliteCommit(session);
        try
        {
            CommitWriter.Write(commit, commit.OperationId, statements);
        }
        catch (SqliteException e) when (SqliteErrors.ConflictOf(e) is { } what)
        {
            return new CommitOutcome.Conflict(what);
        }

        return statements._refusal ?? new CommitOutcome.Committed();
    }

    public void Execute(Statement statement, params ReadOnlySpan<Arg> args)
    {
        if (_refusal is null) session.Execute(statement, args);
    }

    public void Expect(string what, Statement statement, int rows, params ReadOnlySpan<Arg> args)
    {
        if (_refusal is null && session.Count(statement, args) != rows) _refusal = new CommitOutcome.Conflict(what);
    }

    public void ExpectOwned(Statement statement, params ReadOnlySpan<Arg> args)
    {
        if (_refusal is null && session.Count(statement, args) != 1) _refusal = new CommitOutcome.Fenced();
    }
}
