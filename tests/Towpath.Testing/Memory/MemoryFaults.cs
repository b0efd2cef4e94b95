using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

/// <summary>Where a test or a simulation comes between a store and its caller. Each hook may await, so that others run in between, or throw.</summary>
public sealed class MemoryFaults
{
    /// <summary>Before anything is read, and before each call of the work table; with its name.</summary>
    public Func<string, Task> BeforeCall { get; set; } = _ => Task.CompletedTask;

    /// <summary>Before a commit. What throws here leaves nothing saved.</summary>
    public Func<Commit, Task> BeforeCommit { get; set; } = _ => Task.CompletedTask;

    /// <summary>After a commit, saved or refused. What throws here leaves the caller without its outcome.</summary>
    public Func<Commit, CommitOutcome, Task> AfterCommit { get; set; } = (_, _) => Task.CompletedTask;
}
