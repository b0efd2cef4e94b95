namespace Towpath.Benchmarks.Throughput;

internal enum Database
{
    Postgres,
    Sqlite,
}

/// <param name="Database">Where both engines keep their work.</param>
/// <param name="Nodes">Processes that work on it at once.</param>
/// <param name="Slots">What each of them may do at once: our slots, the peer's threads.</param>
/// <param name="CommitDelay">How long each commit waits for an imagined disk.</param>
/// <param name="Target">How many times the peer's throughput ours has to be.</param>
internal sealed record Scenario(Database Database, int Nodes, int Slots, TimeSpan CommitDelay, double Target)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(2);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(Database.Postgres, 1, 50, TimeSpan.Zero, 2.5),
        new(Database.Postgres, 1, 50, Delay, 2.5),
        new(Database.Postgres, 3, 20, TimeSpan.Zero, 2.5),
        new(Database.Postgres, 3, 20, Delay, 2.5),
        new(Database.Sqlite, 1, 50, TimeSpan.Zero, 5),
        new(Database.Sqlite, 1, 50, Delay, 5),
    ];

    public string Name => $"{(Database == Database.Postgres ? "PostgreSQL" : "SQLite")}, {(Nodes == 1 ? "1 node" : $"{Nodes} nodes")}{(CommitDelay > TimeSpan.Zero ? ", commit +2 ms" : "")}";
}
