using Towpath.Core.Deployments;
using Towpath.Engine.Tests.Storage;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Kills;

/// <summary>Two real processes on PostgreSQL, and the signals that really reach processes.</summary>
[Trait("Row", "T3")]
[Trait("Row", "T13")]
public sealed class SignalTests(PostgresServer postgres, ITestOutputHelper output)
{
    [Fact]
    public async Task Node_stopped_past_its_lease_writes_nothing_when_it_goes_on_and_its_successors_state_stands()
    {
        await using var nodes = await TwoNodes.AskAsync(await postgres.CreateEmptyAsync(), "v1", held: true);
        var paused = await nodes.StartAsync("paused", lease: 2);
        await nodes.WhenAsync("v1", d => d.Phase == Phase.Verifying && d.CurrentStep!.Name == "command-1");
        await paused.SignalAsync("STOP");
        nodes.LetVerificationsEnd();
        var successor = await nodes.StartAsync("successor", lease: 2);
        await nodes.WhenAsync("v1", d => d.Phase.IsTerminal());
        var ended = await nodes.OneAsync("v1");

        await paused.SignalAsync("CONT");
        await successor.SignalAsync("TERM");
        await successor.EndAsync();
        // When it has brought the next one to its end, alone, whatever it still wanted of the first is over.
        await nodes.AskAsync("v2");
        await nodes.WhenAsync("v2", d => d.Phase.IsTerminal());
        // A node stopped between a commit and its line in the log writes the line when it goes on: what counts is the revision, not when it was told.
        var byPaused = await nodes.CommittedByAsync("paused", ended.Id);
        var bySuccessor = await nodes.CommittedByAsync("successor", ended.Id);
        Assert.NotEmpty(bySuccessor);
        Assert.All(byPaused, revision => Assert.True(revision < bySuccessor.Min(), $"{revision} is not before {bySuccessor.Min()}"));
        Assert.Equal(ended.Revision, (await nodes.OneAsync("v1")).Revision);
        Assert.Equal((Phase.Succeeded, Phase.Succeeded), (ended.Phase, (await nodes.OneAsync("v2")).Phase));
        output.WriteLine($"the paused node committed revisions {string.Join(", ", byPaused)}; its successor {string.Join(", ", bySuccessor)}");
    }

    [Fact]
    public async Task Node_killed_is_succeeded_long_before_its_lease_ends()
    {
        await using var nodes = await TwoNodes.AskAsync(await postgres.CreateEmptyAsync(), "v1", held: true);
        // Whoever waited for the end of its lease would not come to an end here.
        var killed = await nodes.StartAsync("killed", lease: 3600);
        await nodes.WhenAsync("v1", d => d.Phase == Phase.Verifying && d.CurrentStep!.Name == "command-1");
        await nodes.StartAsync("successor");
        await killed.SignalAsync("KILL");
        nodes.LetVerificationsEnd();
        var at = TimeProvider.System.GetUtcNow();
        Assert.Equal(HostProcess.Killed, await killed.EndAsync());
        await nodes.WhenAllEndedAsync();

        var deployment = await nodes.OneAsync("v1");
        Assert.Equal(Phase.Succeeded, deployment.Phase);
        var journal = await nodes.Store.Deployments.JournalAsync(deployment.Id, TestContext.Current.CancellationToken);
        var resumed = journal.First(entry => entry.Event == nameof(DeploymentEvent.StepStarted));
        output.WriteLine($"another node went on {(resumed.At - at).TotalSeconds:0.00} s after the kill");
        Assert.True(resumed.At - at < TimeSpan.FromMinutes(30), $"it took {resumed.At - at}");
    }

    [Fact]
    public async Task Rolling_restart_fails_no_deployment()
    {
        await using var nodes = await TwoNodes.AskAsync(await postgres.CreateEmptyAsync(), "v1,v2", sites: 4, verifyFor: 0.5);
        var first = await nodes.StartAsync("first");
        await nodes.WhenAsync("v1", d => d.StartedAt is not null);
        var second = await nodes.StartAsync("second");
        await first.SignalAsync("TERM");
        Assert.Equal(0, await first.EndAsync());
        await nodes.StartAsync("third");
        await second.SignalAsync("TERM");
        Assert.Equal(0, await second.EndAsync());
        await nodes.WhenAllEndedAsync();

        var all = await nodes.Store.Deployments.ListAsync(new("docs"), TestContext.Current.CancellationToken);
        Assert.Equal(8, all.Count);
        Assert.All(all, deployment => Assert.Equal((Phase.Succeeded, null), (deployment.Phase, deployment.Outcome)));
    }

    [Fact]
    public async Task Database_that_crashes_under_load_fails_and_loses_no_deployment()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var nodes = await TwoNodes.AskAsync(cluster.ConnectionString, "v1,v2,v3", sites: 4, held: true);
        await nodes.StartAsync("first");
        await nodes.StartAsync("second");
        foreach (var version in new[] { "v1", "v2" })
        {
            await nodes.WhenAsync(version, d => d.Phase == Phase.Verifying);
            await cluster.RestartAsync();
            nodes.LetVerificationsEnd(version);
        }

        nodes.LetVerificationsEnd();
        await Patience.UntilAsync(async () => await nodes.Store.CheckAsync(CancellationToken.None) is null);
        await nodes.WhenAllEndedAsync();
        var all = await nodes.Store.Deployments.ListAsync(new("docs"), TestContext.Current.CancellationToken);
        Assert.Equal(12, all.Count);
        Assert.All(all, deployment => Assert.Equal((Phase.Succeeded, null), (deployment.Phase, deployment.Outcome)));
        foreach (var site in all.GroupBy(d => d.Key))
            Assert.Equal(["v1", "v2", "v3"], site.OrderBy(d => d.StartedAt).Select(d => d.Version));
    }
}
