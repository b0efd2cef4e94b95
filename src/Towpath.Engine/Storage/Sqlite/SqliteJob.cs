namespace Towpath.Engine.Storage.Sqlite;

/// <summary>One caller's part of a group.</summary>
internal abstract class SqliteJob
{
    private Exception? _error;

    /// <summary>Whether what it wrote is to be saved; a commit that ended in a conflict is not.</summary>
    public virtual bool Keeps => true;

    public abstract void Run(SqliteSession session);

    /// <summary>Its own error, to be told when the group is through.</summary>
    public void Failed(Exception error) => _error = error;

    public void Answer()
    {
        if (_error is { } error) Fail(error);
        else Succeed();
    }

    public abstract void Fail(Exception error);

    protected abstract void Succeed();
}

internal sealed class SqliteJob<T>(Func<SqliteSession, T> work) : SqliteJob
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _answer.Task;

    public override bool Keeps => _result is CommitOutcome.Committed or (not CommitOutcome);

    public override void Run(SqliteSession session) => _result = work(session);

    public override void Fail(Exception error) => _answer.TrySetException(error);

    protected override void Succeed() => _answer.TrySetResult(_result!);
}
