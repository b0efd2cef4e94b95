using System.Collections.Concurrent;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Storage;

public sealed class PostgresRestartTests
{
    [Fact]
    [Trait("Row", "T3")]
    public async Task Server_that_crashes_under_load_loses_nothing_that_was_said_to_be_saved()
    {
        var token = TestContext.Current.CancellationToken;
        await using var cluster = await PostgresCluster.StartAsync();
        await using var store = StoreFactory.Open(cluster.ConnectionString, TimeProvider.System);
        await store.MigrateAsync(token);
        var saved = new ConcurrentBag<string>();
        var refused = new ConcurrentBag<string>();
        using var enough = new CancellationTokenSource();

        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
                if (await TrySaveAsync(store, $"{writer}-{i}")) saved.Add($"{writer}-{i}");
                else refused.Add($"{writer}-{i}");
        })).ToList();
        for (var restart = 0; restart < 3; restart++)
        {
            var before = saved.Count;
            await Patience.UntilAsync(() => saved.Count > before + 100);
            await cluster.RestartAsync();
        }

        var last = saved.Count;
        await Patience.UntilAsync(() => saved.Count > last + 100);
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        var line = (await store.Deployments.LineAsync(Production, token)).Select(id => id.Value).ToList();
        Assert.Equal(line.Count, line.Distinct().Count());
        Assert.Equal(saved.Order(), line.Order());
        Assert.Empty(refused.Intersect(line));
        Assert.Null(await store.CheckAsync(token));
    }

    private static async Task<bool> TrySaveAsync(IStore store, string subject)
    {
        try
        {
            var outcome = await store.CommitAsync(new Commit { Changes = [new Change.EnqueueWork(Row(subject))] }, CancellationToken.None);
            return outcome is CommitOutcome.Committed ? true : throw new InvalidOperationException(outcome.ToString());
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
