using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Changes;

/// <summary>Turns one kind of change into statements. A later area adds its own beside these and names them in <see cref="ChangeWriters"/>.</summary>
internal abstract class ChangeWriter
{
    public abstract Type Handles { get; }

    /// <summary>What this change excludes others from; taken before anything else in the commit, always in the same order.</summary>
    public virtual LineLock? Lock(Change change) => null;

    public abstract void Write(Change change, IStatements to);

    public virtual ChangeNotice? Notice(Change change) => null;
}

internal abstract class ChangeWriter<T> : ChangeWriter
    where T : Change
{
    public sealed override Type Handles => typeof(T);

    public sealed override LineLock? Lock(Change change) => Lock((T)change);

    public sealed override void Write(Change change, IStatements to) => Write((T)change, to);

    public sealed override ChangeNotice? Notice(Change change) => Notice((T)change);

    protected virtual LineLock? Lock(T change) => null;

    protected abstract void Write(T change, IStatements to);

    protected virtual ChangeNotice? Notice(T change) => null;
}

/// <summary>A lock by name until the commit ends. SQLite has one writer and needs none.</summary>
/// <param name="Name">A queue, or what else has to be done one after the other.</param>
/// <param name="Shared">Whether several may hold it that only want it to stand still.</param>
/// <param name="OfWork">The name is a work row's id: the lock is that of its queue.</param>
internal readonly record struct LineLock(string Name, bool Shared = false, bool OfWork = false);
