using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>
/// The one writer. Whoever wants to write hands in a function; a thread takes all that wait, runs them in one transaction, and answers after
/// its COMMIT: many callers share one fsync. When one of them fails, the group is undone and run anew, each in a SAVEPOINT of its own, so that
/// none of them sees another's failure. That is rare; and within a SAVEPOINT SQLite copies every page before it changes it.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>
    /// Enough to spread the cost of a flush, few enough that the first of a group need not wait for fifty others: those go on with their
    /// steps while the next group is written.
    /// </summary>
    private const int MostInGroup = 24;

    private static readonly Statement Begin = new("BEGIN IMMEDIATE");
    private static readonly Statement Commit = new("COMMIT");
    private static readonly Statement RollBack = new("ROLLBACK");
    private static readonly Statement Savepoint = new("SAVEPOINT caller");
    private static readonly Statement Release = new("RELEASE caller");
    private static readonly Statement RollBackToSavepoint = new("ROLLBACK TO caller");

    private readonly Channel<SqliteJob> _jobs = Channel.CreateUnbounded<SqliteJob>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<SqliteJob> _group = [];
    private readonly SqliteSession _session;
    private readonly string _path;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SqliteWriter(SqliteSession session, string path)
    {
        _session = session;
        _path = path;
        _thread = new Thread(Run) { IsBackground = true, Name = "towpath sqlite writer" };
        _thread.Start();
    }

    /// <summary>Whether the last group could not be saved.</summary>
    public bool IsFailing { get; private set; }

    /// <param name="work">Runs inside a transaction, and again in another one when that was undone; what it throws undoes what it did, and nobody else's.</param>
    /// <exception cref="StoreUnavailableException">The group could not be saved.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> work)
    {
        var job = new SqliteJob<T>(work);
        if (!_jobs.Writer.TryWrite(job)) throw new StoreUnavailableException($"the database {_path} is closed");
        return job.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _ended.Task;
        _session.Dispose();
    }

    private void Run()
    {
        while (_jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            _group.Clear();
            while (_group.Count < MostInGroup && _jobs.Reader.TryRead(out var job)) _group.Add(job);
            WriteGroup();
        }

        _ended.SetResult();
    }

    private void WriteGroup()
    {
        try
        {
            if (!TryTogether()) Separately();
        }
        catch (Exception e)
        {
            Undo();
            var error = e is SqliteException sqlite ? SqliteErrors.Unavailable(_path, sqlite) : e;
            IsFailing = true;
            foreach (var job in _group) job.Fail(error);
            return;
        }

        IsFailing = false;
        foreach (var job in _group) job.Answer();
    }

    /// <returns>False when one of them failed, and all is undone.</returns>
    private bool TryTogether()
    {
        _session.Execute(Begin);
        foreach (var job in _group)
        {
            if (Succeeds(job)) continue;
            _session.Execute(RollBack);
            return false;
        }

        _session.Execute(Commit);
        return true;
    }

    private bool Succeeds(SqliteJob job)
    {
        try
        {
            job.Run(_session);
            return job.Keeps;
        }
        catch (Exception e) when (IsItsOwn(e))
        {
            return false;
        }
    }

    private void Separately()
    {
        _session.Execute(Begin);
        foreach (var job in _group) RunIn(job);
        _session.Execute(Commit);
    }

    /// <summary>The caller's own, and not of the disk or of the whole transaction.</summary>
    private bool IsItsOwn(Exception e) => !_session.OutsideTransaction && !(e is SqliteException sqlite && SqliteErrors.IsUnavailable(sqlite));

    /// <summary>An error of the caller's own ends at its SAVEPOINT; one of the disk ends the whole group.</summary>
    private void RunIn(SqliteJob job)
    {
        _session.Execute(Savepoint);
        try
        {
            job.Run(_session);
            if (!job.Keeps) _session.Execute(RollBackToSavepoint);
            _session.Execute(Release);
        }
        catch (Exception e) when (IsItsOwn(e))
        {
            _session.Execute(RollBackToSavepoint);
            _session.Execute(Release);
            job.Failed(e);
        }
    }

    private void Undo()
    {
        try
        {
            if (!_session.OutsideTransaction) _session.Script("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite rolls back by itself when even this fails; the next BEGIN tells whether it did.
        }
    }
}
