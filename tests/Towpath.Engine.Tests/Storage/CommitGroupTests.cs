using Npgsql;
using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Postgres;
using static Towpath.Engine.Tests.Storage.Given;
using static Towpath.Engine.Tests.Storage.PostgresProbe;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Storage;

/// <summary>Commits that wait at the same time share a transaction on PostgreSQL; nothing else of each other's fate.</summary>
[Trait("Row", "T3")]
public sealed class CommitGroupTests(PostgresServer server)
{
    private const int Many = 10;
    private static readonly TimeSpan PatientForever = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commits_that_wait_at_the_same_time_share_one_transaction()
    {
        var database = await server.CreateAsync();
        await using var store = Open(database, PatientForever);
        var commits = await BehindABlockedOneAsync(store, database, Enumerable.Range(0, Many).Select(i => Enqueue(i)), () => Task.CompletedTask);

        Assert.All(commits, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(1, await ScalarAsync(database, "SELECT count(DISTINCT xmin::text)::int FROM work WHERE queue LIKE 'shop/e%'"));
    }

    [Fact]
    public async Task Refused_commit_takes_no_other_with_it()
    {
        var database = await server.CreateAsync();
        await using var store = Open(database, PatientForever);
        var outcomes = await BehindABlockedOneAsync(
            store, database, Enumerable.Range(0, Many).Select(i => i % 3 == 0 ? Refused(i) : i % 3 == 1 ? Enqueue(i) : Fenced(i)), () => Task.CompletedTask);

        for (var i = 0; i < Many; i++)
        {
            Assert.IsType(i % 3 == 0 ? typeof(CommitOutcome.Conflict) : i % 3 == 1 ? typeof(CommitOutcome.Committed) : typeof(CommitOutcome.Fenced), outcomes[i]);
            Assert.Equal(i % 3 == 1 ? 1 : 0, await ScalarAsync(database, $"SELECT count(*)::int FROM work WHERE queue = 'shop/e{i}'"));
        }
    }

    [Fact]
    public async Task Group_whose_backend_is_terminated_is_done_again_and_each_only_once()
    {
        var database = await server.CreateAsync();
        await using var store = Open(database, PatientForever);
        await using var holder = await HoldLineAsync(database, "shop/e3");
        var outcomes = await BehindABlockedOneAsync(store, database, Enumerable.Range(0, Many).Select(i => Enqueue(i)), async () =>
        {
            var group = await BlockedAsync(database);
            Assert.Equal(0, await EnqueuedAsync(database));
            await EndAsync(database, group);
            // All but one were carried out, each by itself, while that one waits again.
            await Patience.UntilAsync(async () => await EnqueuedAsync(database) == Many - 1);
            await holder.DisposeAsync();
        });

        Assert.All(outcomes, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(Many, await EnqueuedAsync(database));
    }

    [Fact]
    public async Task Group_that_still_runs_in_the_server_when_its_client_is_cut_off_is_waited_for()
    {
        var database = await server.CreateAsync();
        await using var proxy = new CuttingProxy(new NpgsqlConnectionStringBuilder(database).Port);
        await using var store = Open(new NpgsqlConnectionStringBuilder(database) { Port = proxy.Port }.ConnectionString, PatientForever);
        await using var holder = await HoldLineAsync(database, "shop/e3");
        var outcomes = await BehindABlockedOneAsync(store, database, Enumerable.Range(0, Many).Select(i => Enqueue(i)), async () =>
        {
            await BlockedAsync(database);
            Assert.Equal(0, await EnqueuedAsync(database));
            proxy.CutClients();
            await Patience.UntilAsync(async () => await ScalarAsync(database, "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid'") > 0);
            await holder.DisposeAsync();
        });

        Assert.All(outcomes, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(Many, await EnqueuedAsync(database));
        Assert.Equal(0, await ScalarAsync(database, "SELECT count(*)::int FROM operations WHERE refused"));
    }

    [Fact]
    public async Task Commit_that_waits_long_for_a_line_holds_up_nobody_else()
    {
        var database = await server.CreateAsync();
        await using var store = Open(database, TimeSpan.FromMilliseconds(100));
        await using var holder = await HoldLineAsync(database, "shop/e3");
        await using var other = await HoldLineAsync(database, "shop/alone");
        var alone = store.CommitAsync(await OwnedAsync(store, Enqueue("alone", "shop/alone")), Token);
        await BlockedAsync(database);
        var outcomes = await BehindABlockedOneAsync(store, database, Enumerable.Range(0, Many).Select(i => Enqueue(i)), async () =>
        {
            await Patience.UntilAsync(async () => await EnqueuedAsync(database) == Many - 1);
            await holder.DisposeAsync();
        });

        Assert.All(outcomes, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.False(alone.IsCompleted);
        await other.DisposeAsync();
        Assert.IsType<CommitOutcome.Committed>(await alone);
    }

    [Fact]
    public async Task Commit_given_up_before_it_was_sent_saves_nothing()
    {
        var database = await server.CreateAsync();
        await using var store = Open(database, PatientForever);
        await using var holder = await HoldLineAsync(database);
        var owned = await OwnedAsync(store, Enqueue(1));
        var first = store.CommitAsync(await OwnedAsync(store, Enqueue("first", "shop/production")), Token);
        await BlockedAsync(database);
        using var impatient = new CancellationTokenSource();
        var given = store.CommitAsync(owned, impatient.Token);
        await impatient.CancelAsync();
        await holder.DisposeAsync();
        await first;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(0, await EnqueuedAsync(database));
    }

    /// <summary>A commit that waits for a line lets the others come together; then it may go on.</summary>
    private static async Task<CommitOutcome[]> BehindABlockedOneAsync(PostgresStore store, string database, IEnumerable<Commit> commits, Func<Task> meanwhile)
    {
        List<Commit> owned = [];
        foreach (var commit in commits) owned.Add(await OwnedAsync(store, commit));
        await using var holder = await HoldLineAsync(database);
        var first = store.CommitAsync(await OwnedAsync(store, Enqueue("first", "shop/production")), Token);
        await BlockedAsync(database);
        var others = Task.WhenAll(owned.Select(commit => store.CommitAsync(commit, Token)).ToList());
        await holder.DisposeAsync();
        await first;
        await meanwhile();
        return await others;
    }

    [Fact]
    public async Task Store_that_is_closed_carries_out_what_it_was_given()
    {
        var database = await server.CreateAsync();
        var store = Open(database, PatientForever);
        await using var holder = await HoldLineAsync(database);
        var owned = await OwnedAsync(store, Enqueue(1));
        var first = store.CommitAsync(await OwnedAsync(store, Enqueue("first", "shop/production")), Token);
        await BlockedAsync(database);
        var queued = store.CommitAsync(owned, Token);
        var closing = store.DisposeAsync();
        await holder.DisposeAsync();
        await closing;

        Assert.IsType<CommitOutcome.Committed>(await first);
        Assert.IsType<CommitOutcome.Committed>(await queued);
    }

    private static PostgresStore Open(string database, TimeSpan patience) => new(new NpgsqlConnectionStringBuilder(database), TimeProvider.System, patience);

    /// <summary>Only commits for a row that somebody holds share a transaction.</summary>
    private static async Task<Commit> OwnedAsync(PostgresStore store, Commit commit)
    {
        if (commit.Fence is not null) return commit;
        await store.CommitAsync(new Commit { Changes = [new Change.EnqueueWork(Row("owned", $"owned/{commit.OperationId}"))] }, Token);
        var claimed = await store.Work.ClaimAsync(Node, 1, Token);
        return commit with { Fence = Assert.Single(claimed).Fence };
    }

    private static readonly NodeIdentity Node = new("tester", "tester", [], TimeSpan.FromMinutes(10));

    private static Commit Enqueue(int number) => Enqueue($"d{number}", $"shop/e{number}");

    private static Commit Enqueue(string subject, string queue) => new() { Changes = [new Change.EnqueueWork(Row(subject, queue))] };

    private static Commit Refused(int number) => new() { Changes = [.. Enqueue(number).Changes, new Change.TakeSetting("none")] };

    private static Commit Fenced(int number) => Enqueue(number) with { Fence = new Fence("4711", 1) };

    private static Task<int> EnqueuedAsync(string database) => ScalarAsync(database, "SELECT count(*)::int FROM work WHERE queue LIKE 'shop/e%'");
}
