using System.Globalization;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Changes;

/// <summary>The statements of one commit: operation id, locks, fence, then the changes in their order.</summary>
internal static class CommitWriter
{
    private static readonly Statement Lock = new("", "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS name");
    private static readonly Statement LockShared = new("", "SELECT pg_advisory_xact_lock_shared(hashtextextended(name, 0)) FROM unnest($1::text[]) AS name");
    private static readonly Statement LockOfWork = new("", "SELECT pg_advisory_xact_lock(hashtextextended(queue, 0)) FROM work WHERE id = $1");
    /// <summary>Whoever waits longer for a lock goes on alone. Until the end of the transaction.</summary>
    private static readonly Statement Patience = new("", "SELECT set_config('lock_timeout', $1, TRUE)");
    private static readonly Statement OwnRows = new("", "SELECT 1 FROM work WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE");
    private static readonly Statement Owned = new(
        "SELECT 1 FROM work WHERE id = $1 AND token = $2 AND owner IS NOT NULL AND lease_until > {now}",
        "SELECT 1 FROM work WHERE id = $1 AND token = $2 AND owner IS NOT NULL AND lease_until > {now} FOR NO KEY UPDATE")
    {
        Several = new Several(
            $$"""
            SELECT 1 FROM {{Several.Rows("bigint bigint")}} AS own (id, token) JOIN work ON work.id = own.id AND work.token = own.token
            WHERE work.owner IS NOT NULL AND work.lease_until > {now} ORDER BY work.id FOR NO KEY UPDATE OF work
            """,
            Turn.Fence) { TouchesLines = true },
    };

    /// <summary>Of fewer commits each transition has its function: that is one statement, and a step has three kinds of changes or more.</summary>
    private const int Many = 4;

    private static readonly Statement Operation = new("INSERT INTO operations (id, at) VALUES ($1, {now})");
    private static readonly Statement Operations = new("", "INSERT INTO operations (id, at) SELECT id, {now} FROM unnest($1::text[]) AS id");

    public static void Write(Commit commit, string operation, IStatements to)
    {
        var locks = to.IsPostgres ? LocksOf(commit) : [];
        var isTransition = to.IsPostgres && Transition.Is(commit);
        // The id comes before anything that waits: whoever asks for this commit then waits for it, too.
        if (!isTransition || locks.Count > 0) to.Execute(Operation, operation);
        WriteLocks(locks, to);
        to.Begin(LinesOf(commit), isLast: false);
        var written = isTransition ? Transition.Write(commit, locks.Count > 0 ? null : operation, to) : 0;
        if (!isTransition) WriteFence(commit, to);
        WriteChanges(commit.Changes.Skip(written), to);
    }

    /// <summary>
    /// Several commits in one transaction: all their ids, all their locks, all their own rows in the order of the ids, as heartbeats take
    /// them, and then what each changes, in the order of the environments: two groups, or a group and a heartbeat, seldom wait for each other. What they do alike
    /// becomes one statement; only what is about the same row keeps its order.
    /// </summary>
    public static void Write(IReadOnlyList<Commit> commits, TimeSpan patience, IStatements to)
    {
        to.Execute(Patience, string.Create(CultureInfo.InvariantCulture, $"{patience.TotalMilliseconds:0}ms"));
        to.Execute(Operations, commits.Select(commit => commit.OperationId).ToArray());
        WriteLocks([.. commits.SelectMany(LocksOf).Distinct()], to);
        var all = commits.OrderBy(EnvironmentOf, StringComparer.Ordinal).Select(commit => (Commit: commit, Lines: LinesOf(commit))).ToList();
        var areFew = commits.Count < Many;
        // Where no line and no row is in two of them, the one statement that asks for the fences takes all rows at once.
        if (areFew || Repeat(all.SelectMany(one => one.Lines)) || Repeat(commits.Select(commit => commit.Fence!.WorkId))) to.Execute(OwnRows, commits.Select(commit => RowOf(commit.Fence!)).ToArray());
        HashSet<string> rows = new(StringComparer.Ordinal);
        foreach (var (commit, lines) in all)
        {
            to.Begin(lines, isLast: !rows.Add(commit.Fence!.WorkId));
            var written = areFew && Transition.Is(commit) ? Transition.Write(commit, null, to) : 0;
            if (written == 0) WriteFence(commit, to);
            WriteChanges(commit.Changes.Skip(written), to);
        }
    }

    /// <summary>
    /// Whether it may stand in one transaction with others: the engine's own, for a row that it holds. Others may touch rows that somebody
    /// holds, and what locks by a work row has to read that row first.
    /// </summary>
    public static bool CanShare(Commit commit) => commit.Fence is not null && !LocksOf(commit).Exists(l => l.OfWork);

    public static long RowOf(Fence fence) => long.TryParse(fence.WorkId, CultureInfo.InvariantCulture, out var id) ? id : 0;

    private static bool Repeat(IEnumerable<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return !names.All(seen.Add);
    }

    private static void WriteFence(Commit commit, IStatements to)
    {
        if (commit.Fence is { } fence) to.ExpectOwned(Owned, RowOf(fence), fence.Token);
    }

    private static void WriteChanges(IEnumerable<Change> changes, IStatements to)
    {
        foreach (var change in changes) ChangeWriters.For(change).Write(change, to);
    }

    /// <summary>Whoever takes a deployment out of its line takes its row from the node that works on it.</summary>
    private static HashSet<string> LinesOf(Commit commit) => [.. commit.Changes.Select(change => change switch
    {
        Change.UpdateDeployment c => c.Deployment.Key.ToString(),
        Change.InsertDeployment c => c.Deployment.Key.ToString(),
        Change.EnqueueWork c => c.Item.Queue,
        Change.EnqueueOnce c => c.Item.Queue,
        Change.FinishWork c => c.Queue,
        Change.RescheduleWork c => c.Queue,
        Change.WakeWork c => c.Queue,
        _ => null,
    }).OfType<string>()];

    private static string EnvironmentOf(Commit commit) => commit.Changes.Select(change => change switch
    {
        Change.UpdateDeployment c => c.Deployment.Key.ToString(),
        Change.InsertDeployment c => c.Deployment.Key.ToString(),
        _ => null,
    }).FirstOrDefault(key => key is not null) ?? "";

    public static List<LineLock> LocksOf(Commit commit) =>
        [.. commit.Changes.Select(change => ChangeWriters.For(change).Lock(change)).OfType<LineLock>().Distinct()];

    /// <summary>
    /// Locks come before rows, in one order for everybody, or two commits would wait for each other. They are statements of their
    /// own, because a statement sees what was there when it began, which is before it got its lock.
    /// </summary>
    private static void WriteLocks(List<LineLock> locks, IStatements to)
    {
        if (locks.Count == 0) return;
        foreach (var row in locks.Where(l => l.OfWork)) to.Execute(LockOfWork, long.Parse(row.Name, CultureInfo.InvariantCulture));
        if (Names(locks, shared: false) is { Length: > 0 } names) to.Execute(Lock, names);
        if (Names(locks, shared: true) is { Length: > 0 } shared) to.Execute(LockShared, shared);
    }

    private static string[] Names(List<LineLock> locks, bool shared) =>
        [.. locks.Where(l => l.Shared == shared && !l.OfWork).Select(l => l.Name).Order(StringComparer.Ordinal)];
}
