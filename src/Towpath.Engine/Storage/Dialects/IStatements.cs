namespace Towpath.Engine.Storage.Dialects;

/// <summary>Where the writers of changes put their statements: a batch on PostgreSQL, the group's transaction on SQLite.</summary>
internal interface IStatements
{
    bool IsPostgres { get; }

    /// <summary>A commit begins.</summary>
    /// <param name="lines">The queues that it changes, and those of the environments that it is about.</param>
    /// <param name="isLast">Everything up to now has to be done before it.</param>
    void Begin(IReadOnlyCollection<string> lines, bool isLast)
    {
    }

    void Execute(Statement statement, params ReadOnlySpan<Arg> args);

    /// <summary>The commit ends in a conflict, called <paramref name="what"/>, unless the statement touches this many rows.</summary>
    void Expect(string what, Statement statement, int rows, params ReadOnlySpan<Arg> args);

    /// <summary>The commit ends in <see cref="CommitOutcome.Fenced"/> unless the statement finds a row.</summary>
    void ExpectOwned(Statement statement, params ReadOnlySpan<Arg> args);
}
