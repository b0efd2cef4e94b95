using Microsoft.Data.Sqlite;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>
/// The statements of one commit, made where it was asked for, so that the one writer has only to carry them out; after the first expectation
/// that fails, the rest is left out.
/// </summary>
internal sealed class SqliteCommit : IStatements
{
    private readonly List<Planned> _statements = [];

    public SqliteCommit(Commit commit) => CommitWriter.Write(commit, commit.OperationId, this);

    public bool IsPostgres => false;

    public CommitOutcome Run(SqliteSession session)
    {
        try
        {
            foreach (var (statement, args, rows, refusal) in _statements)
                if (session.Count(statement, args) != rows && refusal is not null) return refusal;
            return new CommitOutcome.Committed();
        }
        catch (SqliteException e) when (SqliteErrors.IsDone(e))
        {
            return new CommitOutcome.Committed();
        }
        catch (SqliteException e) when (SqliteErrors.ConflictOf(e) is { } what)
        {
            return new CommitOutcome.Conflict(what);
        }
    }

    public void Execute(Statement statement, params ReadOnlySpan<Arg> args) => _statements.Add(new Planned(statement, args.ToArray()));

    public void Expect(string what, Statement statement, int rows, params ReadOnlySpan<Arg> args) =>
        _statements.Add(new Planned(statement, args.ToArray(), rows, new CommitOutcome.Conflict(what)));

    public void ExpectOwned(Statement statement, params ReadOnlySpan<Arg> args) =>
        _statements.Add(new Planned(statement, args.ToArray(), 1, new CommitOutcome.Fenced()));

    private readonly record struct Planned(Statement Statement, Arg[] Args, int Rows = 0, CommitOutcome? Refusal = null);
}
