using Npgsql;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;
using static Towpath.Engine.Tests.Storage.PostgresProbe;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Storage;

/// <summary>A connection that is cut during a commit: the outcome is found out, never assumed, and nothing happens twice.</summary>
[Trait("Row", "T3")]
public sealed class UnknownOutcomeTests(PostgresServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_whose_answer_is_lost_is_found_to_be_saved()
    {
        var database = await server.CreateAsync();
        await using var proxy = new CuttingProxy(new NpgsqlConnectionStringBuilder(database).Port);
        await using var store = Through(proxy, database);
        await store.CommitAsync(Enqueue("warm", "other"), Token);

        proxy.LoseNextAnswer();
        var outcome = await store.CommitAsync(Enqueue("d1"), Token);

        Assert.IsType<CommitOutcome.Committed>(outcome);
        Assert.Single(await store.Deployments.LineAsync(Production, Token));
    }

    [Fact]
    public async Task Commit_whose_backend_is_terminated_is_done_again_and_only_once()
    {
        var database = await server.CreateAsync();
        await using var store = StoreFactory.Open(database, TimeProvider.System);
        await using var holder = await HoldLineAsync(database);
        var commit = store.CommitAsync(Enqueue("d1"), Token);

        await EndAsync(database, await BlockedAsync(database));
        await BlockedAsync(database);
        await holder.DisposeAsync();

        Assert.IsType<CommitOutcome.Committed>(await commit);
        Assert.Single(await store.Deployments.LineAsync(Production, Token));
    }

    [Fact]
    public async Task Commit_that_still_runs_in_the_server_when_its_client_is_cut_off_is_waited_for()
    {
        var database = await server.CreateAsync();
        await using var proxy = new CuttingProxy(new NpgsqlConnectionStringBuilder(database).Port);
        await using var store = Through(proxy, database);
        await using var holder = await HoldLineAsync(database);
        var commit = store.CommitAsync(Enqueue("d1"), Token);
        await BlockedAsync(database);

        proxy.CutClients();
        await Patience.UntilAsync(async () => await ScalarAsync(database, "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid'") == 1);
        Assert.False(commit.IsCompleted);
        await holder.DisposeAsync();

        Assert.IsType<CommitOutcome.Committed>(await commit);
        Assert.Single(await store.Deployments.LineAsync(Production, Token));
        Assert.Equal(0, await ScalarAsync(database, "SELECT count(*)::int FROM operations WHERE refused"));
    }

    [Fact]
    public async Task Commit_that_ends_in_a_conflict_after_it_was_cut_says_so()
    {
        var database = await server.CreateAsync();
        await using var store = StoreFactory.Open(database, TimeProvider.System);
        await using var holder = await HoldLineAsync(database);
        var commit = store.CommitAsync(new Commit { Changes = [new Change.TakeSetting("none"), .. Enqueue("d1").Changes] }, Token);
        await EndAsync(database, await BlockedAsync(database));
        await holder.DisposeAsync();

        Assert.IsType<CommitOutcome.Conflict>(await commit);
        Assert.Empty(await store.Deployments.LineAsync(Production, Token));
    }

    private static Commit Enqueue(string subject, string queue = "shop/production") => new() { Changes = [new Change.EnqueueWork(Row(subject, queue))] };

    private static IStore Through(CuttingProxy proxy, string database) =>
        StoreFactory.Open(new NpgsqlConnectionStringBuilder(database) { Port = proxy.Port }.ConnectionString, TimeProvider.System);
}
