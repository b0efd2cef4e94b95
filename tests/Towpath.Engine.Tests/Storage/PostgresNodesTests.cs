using System.Collections.Concurrent;
using Npgsql;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Storage;

/// <summary>Several nodes on one PostgreSQL.</summary>
[Trait("Row", "T13")]
public sealed class PostgresNodesTests(PostgresServer server)
{
    private const string Queue = "shop/production";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_started_by_eight_nodes_at_once_are_applied_once()
    {
        var database = await server.CreateEmptyAsync();
        var stores = Enumerable.Range(0, 8).Select(_ => StoreFactory.Open(database, TimeProvider.System)).ToList();

        await Task.WhenAll(stores.Select(store => Task.Run(() => store.MigrateAsync(Token))));

        foreach (var store in stores)
        {
            Assert.Empty(await store.Environments.AllAsync(Token));
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Line_has_one_head_and_loses_nothing_while_many_add_and_finish()
    {
        const int Nodes = 4, Rounds = 250;
        var database = await server.CreateAsync();
        var stores = Enumerable.Range(0, Nodes).Select(_ => StoreFactory.Open(database, TimeProvider.System)).ToList();
        var served = new ConcurrentQueue<string>();

        await Task.WhenAll(stores.Select((store, node) => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++) await CommitAsync(store, null, new Change.EnqueueWork(Row($"{node}-{round}")));
        })).Concat(stores.Select((store, node) => Task.Run(async () =>
        {
            while (served.Count < Nodes * Rounds)
                foreach (var work in await store.Work.ClaimAsync(Node($"n{node}"), 2, Token))
                {
                    // While it holds the head nobody else can have the next one; after its commit somebody may, and be quicker to note it.
                    served.Enqueue(work.Subject);
                    await CommitAsync(store, work.Fence, new Change.FinishWork(Queue, work.Subject));
                }
        }))));

        Assert.Equal(Nodes * Rounds, served.Distinct().Count());
        for (var node = 0; node < Nodes; node++)
            Assert.Equal(Enumerable.Range(0, Rounds), served.Where(s => s.StartsWith($"{node}-", StringComparison.Ordinal)).Select(s => int.Parse(s[2..])));
        Assert.Empty(await stores[0].Deployments.LineAsync(Production, Token));
        foreach (var store in stores) await store.DisposeAsync();
    }

    [Fact]
    public async Task EnqueueOnce_against_claims_never_loses_a_wish_to_be_looked_at()
    {
        var database = await server.CreateAsync();
        await using var asking = StoreFactory.Open(database, TimeProvider.System);
        await using var working = StoreFactory.Open(database, TimeProvider.System);
        var wished = 0;
        var seen = 0;

        var asks = Task.Run(async () =>
        {
            for (var i = 1; i <= 300; i++)
            {
                Interlocked.Exchange(ref wished, i);
                await CommitAsync(asking, null, new Change.EnqueueOnce(Row("a")));
            }
        });
        while (!asks.IsCompleted || await working.Work.NextDueAsync(Node(), Token) is not null)
            foreach (var work in await working.Work.ClaimAsync(Node(), 1, Token))
            {
                seen = Volatile.Read(ref wished);
                await CommitAsync(working, work.Fence, new Change.FinishWork(Queue, "a"));
            }

        await asks;
        Assert.Equal(300, seen);
    }

    [Fact]
    public async Task Node_whose_session_is_cut_learns_of_it_and_its_rows_go_to_another()
    {
        var database = await server.CreateAsync();
        await using var store = StoreFactory.Open(database, TimeProvider.System);
        await using var other = StoreFactory.Open(database, TimeProvider.System);
        await using var session = await store.Work.JoinAsync(Node(), Token);
        await CommitAsync(store, null, new Change.EnqueueWork(Row("d1")));
        var work = Assert.Single(await store.Work.ClaimAsync(Node(), 1, Token));
        Assert.Equal(0, await other.Work.ReapAsync(Token));

        await PostgresServer.ExecuteAsync(database, "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND d.datname = current_database()");
        await Patience.UntilAsync(() => session.Lost.IsCancellationRequested);
        await Patience.UntilAsync(async () => await other.Work.ReapAsync(Token) == 1);

        Assert.IsType<CommitOutcome.Fenced>(await store.CommitAsync(new Commit { Fence = work.Fence, Changes = [] }, Token));
        Assert.Equal("d1", Assert.Single(await other.Work.ClaimAsync(Node("n2"), 1, Token)).Subject);
    }

    [Fact]
    public async Task Commit_on_one_node_is_told_on_another()
    {
        var database = await server.CreateAsync();
        await using var here = StoreFactory.Open(database, TimeProvider.System);
        await using var there = StoreFactory.Open(database, TimeProvider.System);
        var heard = new ConcurrentQueue<ChangeNotice>();
        using var subscription = there.Changes.Subscribe(heard.Enqueue);

        await Patience.UntilAsync(async () =>
        {
            await CommitAsync(here, null, new Change.SetLock(Production, null));
            return heard.Contains(new ChangeNotice("environment", Queue));
        });
    }

    [Fact]
    public async Task Listener_whose_connection_is_cut_connects_again()
    {
        var database = await server.CreateAsync();
        await using var here = StoreFactory.Open(database, TimeProvider.System);
        await using var there = StoreFactory.Open(database, TimeProvider.System);
        var heard = new ConcurrentQueue<ChangeNotice>();
        using var subscription = there.Changes.Subscribe(heard.Enqueue);
        await Patience.UntilAsync(() => !heard.IsEmpty);

        await PostgresServer.ExecuteAsync(database, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await Patience.UntilAsync(async () =>
        {
            await CommitAsync(here, null, new Change.SetLock(Production, null));
            return heard.Contains(new ChangeNotice("environment", Queue));
        });
    }

    [Fact]
    public async Task Claim_whose_answer_was_lost_is_given_back_by_the_next_heartbeat()
    {
        var database = await server.CreateAsync();
        await using var store = StoreFactory.Open(database, TimeProvider.System);
        await CommitAsync(store, null, new Change.EnqueueWork(Row("d1", "q1")), new Change.EnqueueWork(Row("d2", "q2")));
        var known = Assert.Single(await store.Work.ClaimAsync(Node(), 1, Token));
        await PostgresServer.ExecuteAsync(database, "UPDATE work SET owner = 'n1', lease_until = towpath_now() + 15000000, token = towpath_now() WHERE owner IS NULL");

        Assert.Equal(known.Fence, Assert.Single(await store.Work.HeartbeatAsync(Node(), Token)));

        Assert.Equal("d2", Assert.Single(await store.Work.ClaimAsync(Node("n2"), 5, Token)).Subject);
    }

    [Fact]
    public async Task Restored_backup_gives_out_no_token_twice()
    {
        var database = await server.CreateAsync();
        await using var store = StoreFactory.Open(database, TimeProvider.System);
        await CommitAsync(store, null, new Change.EnqueueWork(Row("d1")));
        var last = Assert.Single(await store.Work.ClaimAsync(Node(), 1, Token));

        await PostgresServer.ExecuteAsync(database, "UPDATE work SET token = 0, owner = NULL, lease_until = 0");

        Assert.True(Assert.Single(await store.Work.ClaimAsync(Node("n2"), 1, Token)).Token > last.Token);
    }

    [Theory]
    [InlineData("DELETE FROM audit")]
    [InlineData("TRUNCATE audit")]
    [InlineData("UPDATE audit SET actor = 'mallory'")]
    [InlineData("UPDATE audit SET position = NULL, hash = NULL")]
    [InlineData("UPDATE audit SET hash = 'other'")]
    public async Task Audit_entries_cannot_be_changed_or_removed(string attack)
    {
        var database = await server.CreateAsync();
        await using var store = StoreFactory.Open(database, TimeProvider.System);
        await CommitAsync(store, null, new Change.AppendAudit(Audit(1)));
        await CommitAsync(store, null, new Change.SealAudit(Core.Audit.ChainHead.Genesis, new(1, "h"), [new(Id(1), 1, "h")]));

        await Assert.ThrowsAsync<PostgresException>(() => PostgresServer.ExecuteAsync(database, attack));
    }

    private static async Task CommitAsync(IStore store, Fence? fence, params Change[] changes) =>
        Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(new Commit { Fence = fence, Changes = changes }, Token));
}
