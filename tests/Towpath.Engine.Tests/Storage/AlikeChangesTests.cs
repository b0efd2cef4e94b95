using System.Globalization;
using System.Text;
using Npgsql;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;
using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Deployments;
using Towpath.Engine.Storage.Dialects;
using Towpath.Engine.Storage.Postgres;
using static Towpath.Engine.Tests.Storage.Given;
using static Towpath.Engine.Tests.Storage.PostgresProbe;

namespace Towpath.Engine.Tests.Storage;

/// <summary>PostgreSQL is sent what many changes do alike as one statement: it ends as if each had been carried out by itself, one after another.</summary>
[Trait("Row", "T3")]
public sealed class AlikeChangesTests(PostgresServer server)
{
    private const int Repository = 7;
    private const string Sha = "1111111111111111111111111111111111111111";

    /// <summary>Everything but what the clock says and which numbers rows were given.</summary>
    private const string Contents = """
        SELECT string_agg(line, E'\n') FROM (
            SELECT 'deployments' AS place, to_jsonb(t)::text AS line FROM deployments t
            UNION ALL SELECT 'journal', to_jsonb(t)::text FROM journal t
            UNION ALL SELECT 'log_lines', to_jsonb(t)::text FROM log_lines t
            UNION ALL SELECT 'builds', to_jsonb(t)::text FROM builds t
            UNION ALL SELECT 'environments', to_jsonb(t)::text FROM environments t
            UNION ALL SELECT 'audit', (row_number() OVER (ORDER BY sequence))::text || id FROM audit
            UNION ALL SELECT 'work', queue || (row_number() OVER (PARTITION BY queue ORDER BY id))::text || subject || head::text || (due_at > towpath_now())::text FROM work WHERE queue NOT LIKE 'owned%'
            UNION ALL SELECT 'commit_facts', to_jsonb(t)::text FROM commit_facts t
            UNION ALL SELECT 'ref_facts', to_jsonb(t)::text FROM ref_facts t
            UNION ALL SELECT 'pull_facts', to_jsonb(t)::text FROM pull_facts t
            UNION ALL SELECT 'repository_names', to_jsonb(t)::text FROM repository_names t
            UNION ALL SELECT 'watches', to_jsonb(t)::text FROM watches t
            UNION ALL SELECT 'watch_looks', (to_jsonb(t) - 'due_at')::text FROM watch_looks t
            UNION ALL SELECT 'deploying_runs', to_jsonb(t)::text FROM deploying_runs t
            UNION ALL SELECT 'mirrors', to_jsonb(t)::text FROM mirrors t
            UNION ALL SELECT 'deliveries', (to_jsonb(t) - 'id')::text FROM deliveries t
            ORDER BY 1, 2) AS lines
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_commit_of_many_changes_ends_as_the_changes_do_one_by_one()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var changes = Interleaved(Threads(), new Random(seed));
            var (together, oneByOne) = (await FreshAsync(), await FreshAsync());
            await using (var store = Open(together)) await SaveAsync(store, new Commit { Changes = changes });
            await using (var store = Open(oneByOne))
                foreach (var change in changes) await SaveAsync(store, new Commit { Changes = [change] });

            Assert.Equal(await ContentsAsync(oneByOne), await ContentsAsync(together));
        }
    }

    [Fact]
    public async Task Commits_that_share_a_transaction_end_as_they_do_one_by_one()
    {
        var (together, oneByOne) = (await FreshAsync(), await FreshAsync());
        await using (var store = Open(together))
        {
            var commits = await OwnedAsync(store);
            await using var holder = await HoldLineAsync(together);
            var first = store.CommitAsync(commits[0] with { OperationId = "first", Changes = [new Change.EnqueueWork(Row("first"))] }, Token);
            await BlockedAsync(together);
            var others = Task.WhenAll(commits.Skip(1).Select(commit => store.CommitAsync(commit, Token)));
            await holder.DisposeAsync();
            await first;
            Assert.All(await others, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
            Assert.Equal(1, await ScalarAsync(together, "SELECT count(DISTINCT xmin::text)::int FROM operations WHERE id LIKE 'thread%'"));
        }

        await using (var store = Open(oneByOne))
        {
            var commits = await OwnedAsync(store);
            await SaveAsync(store, commits[0] with { Changes = [new Change.EnqueueWork(Row("first"))] });
            foreach (var commit in commits.Skip(1)) await SaveAsync(store, commit);
        }

        Assert.Equal(await ContentsAsync(oneByOne), await ContentsAsync(together));
    }

    [Fact]
    public void Whether_a_row_is_still_its_owners_is_asked_after_what_may_take_it_away()
    {
        var fence = new Statement("fence") { Several = new Several("fence", Turn.Fence) { TouchesLines = true } };
        var take = new Statement("take") { Several = new Several("take", Turn.WorkDone, new Touch(Touch.Line, 1)) };
        var gathering = new Gathering();
        foreach (var (line, row) in new[] { ("a", 1L), ("a", 2L), ("b", 3L) })
        {
            gathering.Begin([line], isLast: false);
            gathering.Add(new Call(fence, [row]));
            if (row == 1) gathering.Add(new Call(take, [line]));
        }

        Assert.Equal(["fence 1 3", "take", "fence 2"], gathering.InTurn().Select(alike => string.Join(' ', [alike[0].Statement.Postgres, .. alike.Select(call => call.Args[0].Number).OfType<long>().Select(row => $"{row}")])));
    }

    /// <summary>What stands in each has to keep its order; they touch the same rows where that order says nothing.</summary>
    private static List<Change[]> Threads() =>
    [
        .. Enumerable.Range(1, 5).Select(Deploying),
        .. Enumerable.Range(0, 6).Select(n => new Change[] { new Change.SaveRefFact(Ref(n)), new Change.LookAt(Repository, "refs/heads/main", 1), new Change.SettleDelivery(Outcome(n)) }),
        .. Enumerable.Range(0, 6).Select(n => new Change[] { new Change.SaveCommitFact(Status(n)), new Change.SaveRepositoryName(Name(n)), new Change.SaveDeployingRun(Repository, Sha, n % 4) }),
        .. Enumerable.Range(0, 6).Select(n => new Change[] { new Change.SavePullFact(Pull(n)), new Change.LookAt(Repository, $"refs/heads/b{n}", 1), new Change.DoneLooking(Repository, $"refs/heads/b{n}", n % 2) }),
        [new Change.EnqueueWork(Row("one", "shop/line")), new Change.EnqueueWork(Row("two", "shop/line")), new Change.FinishWork("shop/line", "one"), new Change.EnqueueWork(Row("one", "shop/line"))],
        [new Change.EnqueueOnce(Row("soon", "once/a", delay: TimeSpan.FromHours(1))), new Change.EnqueueOnce(Row("soon", "once/a")), new Change.EnqueueOnce(Row("later", "once/a", delay: TimeSpan.FromHours(2)))],
        [new Change.EnqueueOnce(Row("once", "once/b")), new Change.RescheduleWork("once/b", "once", TimeSpan.FromHours(1)), new Change.EnqueueWork(Row("again", "once/b"))],
        [new Change.RecordBuild(Build(1, "v1")), new Change.SaveSetting("a", "1"), new Change.RecordBuild(Build(2, "v2")), new Change.SaveSetting("a", "2")],
    ];

    private static Change[] Deploying(int n)
    {
        var key = new EnvironmentKey("shop", $"e{n}");
        var waits = Deployment(n, n == 3 ? Phase.Waiting : Phase.Queued, key.Environment) with { Revision = 1 };
        if (waits.Phase == Phase.Waiting) return [new Change.InsertDeployment(waits), new Change.AppendAudit(Audit(n))];
        var runs = waits with { Phase = Phase.Running, Revision = 2 };
        var ended = waits with { Phase = Phase.Succeeded, Revision = 3, FinishedAt = n % 2 == 0 ? At : null };
        var version = new RunningVersion(waits.Id, waits.BuildId, waits.Version, waits.Digest, At);
        return
        [
            new Change.SetRequested(key, new DeploymentId(Id(50 + n)), null), new Change.SetRequested(key, waits.Id, new DeploymentId(Id(50 + n))),
            new Change.InsertDeployment(waits), Journal(waits), new Change.EnqueueWork(Row(waits.Id.Value, key.ToString())),
            new Change.UpdateDeployment(runs, 1), Journal(runs), new Change.SetActive(key, waits.Id, Phase.Running), new Change.ExpectGateVersion(key, 0), new Change.ExpectConfiguration(""),
            new AppendLog(waits.Id, [new LogLine(0, At, "one", "first"), new LogLine(0, At, "one", "second")]), new AppendLog(waits.Id, [new LogLine(0, At, "two", "third")]),
            new Change.SetLock(key, new EnvironmentLock("kim", "because", At, null)), new Change.ExpectGateVersion(key, 1),
            new Change.UpdateDeployment(ended, 2), Journal(ended), new Change.SetEnded(key, waits.Id, Phase.Succeeded), new Change.SetRunning(key, version, Succeeded: n % 2 == 0),
            new Change.EnqueueOnce(Row($"waiting {n}", $"evaluate:{n}")) { IfAnyWaits = n == 4 ? "shop" : "none" }, new Change.FinishWork(key.ToString(), waits.Id.Value),
            new Change.SaveMirror(new DeploymentMirror(waits.Id, key, Repository)), new Change.SaveMirror(new DeploymentMirror(waits.Id, key, Repository) { GitHubId = n, State = "success" }),
            new Change.SaveWatch(Watch(key, "0")), new Change.SaveWatch(Watch(key, $"{n}")), new Change.AppendAudit(Audit(n)),
        ];
    }

    private static Change.AppendJournal Journal(Deployment d) => new(new JournalEntry(d.Id, d.Revision, At, "Happened", Phase.Queued, d.Phase, d.Revision == 2 ? "step" : null, 1, "{}"));

    private static RefFact Ref(int n) => new(Repository, "refs/heads/main", n % 3 == 0 ? null : Sha, At.AddSeconds(n % 2)) { PushedBy = n > 2 ? "kim" : null };

    private static CommitFact Status(int n) => new()
    {
        RepositoryId = Repository, Sha = Sha, Kind = CommitFactKind.Status, App = "", Name = $"test {n % 2}", State = n % 2 == 0 ? "success" : "pending", At = At.AddSeconds(n), Id = n, Url = n == 1 ? null : "https://x",
    };

    private static RepositoryName Name(int n) => new(Repository, $"acme/shop{n}", 1, n == 0 ? null : n, false, At.AddSeconds(n % 3));

    private static PullFact Pull(int n) => new()
    {
        RepositoryId = Repository, Number = n % 3, HeadSha = Sha, HeadRef = "topic", BaseRef = "main", IsOpen = n % 2 == 0, UpdatedAt = At.AddSeconds(n), Title = $"{n}",
    };

    private static DeliveryOutcome Outcome(int n) => new(Delivery(n), DeliveryState.Handled, At, n == 2 ? "note" : null) { RepositoryId = n == 3 ? null : n };

    private static StoredWatch Watch(EnvironmentKey key, string sha) => new()
    {
        Key = key, RepositoryId = Repository, Ref = "refs/heads/main", Sha = sha, Since = At, State = WatchState.Waiting, UpdatedAt = At,
    };

    private static Guid Delivery(int n) => new(n, 0, 0x1000, 0x80, 0, 0, 0, 0, 0, 0, 1);

    private static List<Change> Interleaved(List<Change[]> threads, Random random)
    {
        var left = threads.Select(thread => new Queue<Change>(thread)).ToList();
        List<Change> all = [];
        while (left.Count > 0)
        {
            var n = random.Next(left.Count);
            all.Add(left[n].Dequeue());
            if (left[n].Count == 0) left.RemoveAt(n);
        }

        return all;
    }

    private static async Task<List<Commit>> OwnedAsync(PostgresStore store)
    {
        var threads = Threads().Select(thread => thread.Where(change => change is not (Change.SaveSetting or Change.SetLock or Change.ExpectGateVersion { Version: 1 })).ToArray()).ToList();
        foreach (var n in Enumerable.Range(0, threads.Count + 1)) await SaveAsync(store, new Commit { Changes = [new Change.EnqueueWork(Row($"{n:D4}", $"owned/{n}"))] });
        var claimed = (await store.Work.ClaimAsync(Node() with { Lease = TimeSpan.FromMinutes(10) }, 100, Token)).OrderBy(row => row.Subject, StringComparer.Ordinal).ToList();
        return [.. claimed.Select((row, n) => new Commit { OperationId = string.Create(CultureInfo.InvariantCulture, $"thread {n}"), Fence = row.Fence, Changes = n == 0 ? [] : [.. threads[n - 1], new Change.EnqueueOnce(Row($"{n}", $"own/{n}"))] })];
    }

    private async Task<string> FreshAsync()
    {
        var database = await server.CreateAsync();
        await using var store = Open(database);
        await SaveAsync(store, new Commit { Changes = [new Change.InsertDeployment(Deployment(99))] });
        await SaveAsync(store, new Commit { Changes = [new Change.RecordDeliveries([.. Enumerable.Range(0, 6).Select(n => new ReceivedDelivery(Delivery(n), "push", At, PackedBody.Of(Encoding.UTF8.GetBytes("{}"))))], 0)] });
        return database;
    }

    private static async Task SaveAsync(PostgresStore store, Commit commit) => Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(commit, Token));

    private static PostgresStore Open(string database) => new(new NpgsqlConnectionStringBuilder(database), TimeProvider.System, TimeSpan.FromMinutes(5));

    private static async Task<string?> ContentsAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(Contents, connection);
        return (string?)await command.ExecuteScalarAsync(Token);
    }
}
