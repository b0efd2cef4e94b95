using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;

namespace Towpath.Engine.Tests.Kills;

/// <summary>
/// A process of its own is killed with SIGKILL before and after every journal write and every outside effect of a deployment, and of
/// its rollback: at every such point once. It is started again, and the outcome must be the one that it would have been.
/// </summary>
[Trait("Row", "T3")]
[Trait("Row", "T13")]
public sealed class KillMatrixTests(PostgresServer postgres, ITestOutputHelper output)
{
    private static readonly Expected Good = new("v2 succeeded, v3 succeeded", ["v2", "v3"]);
    private static readonly Expected Bad = new("v2-bad rolled back, v3 succeeded", ["v2-bad", "v1", "v3"]);

    [Fact]
    public Task Deployment_killed_anywhere_succeeds_on_SQLite() => KillEverywhereAsync(null, "v2", Good);

    [Fact]
    public Task Deployment_killed_anywhere_succeeds_on_PostgreSQL() => KillEverywhereAsync(postgres, "v2", Good);

    [Fact]
    public Task Rollback_killed_anywhere_puts_back_on_SQLite() => KillEverywhereAsync(null, "v2-bad", Bad);

    [Fact]
    public Task Rollback_killed_anywhere_puts_back_on_PostgreSQL() => KillEverywhereAsync(postgres, "v2-bad", Bad);

    private async Task KillEverywhereAsync(PostgresServer? server, string subject, Expected expected)
    {
        // Two lanes side by side, each with every other point.
        var counts = await Task.WhenAll(Enumerable.Range(0, 2).Select(lane => Task.Run(() => KillEveryOtherAsync(server, subject, expected, lane))));
        Assert.Equal(counts[0], counts[1]);
        Assert.True(counts[0] >= 20, $"only {counts[0]} points");
        output.WriteLine($"killed at {counts[0]} points");
    }

    private static async Task<int> KillEveryOtherAsync(PostgresServer? server, string subject, Expected expected, int first)
    {
        using var lane = await Lane.PrepareAsync(server, subject, "v3");
        var undisturbed = await lane.CopyAsync();
        var count = await undisturbed.MustAsync("run");
        await CheckAsync(undisturbed, expected, "not killed");
        for (var point = first; point < count; point += 2)
        {
            var victim = await lane.CopyAsync();
            var (exitCode, text) = await victim.RunAsync("run", $"kill-at={point}");
            Assert.True(exitCode == HostProcess.Killed, $"point {point}: it was not killed, it ended with {exitCode}:\n{text}");
            await victim.MustAsync("run");
            await CheckAsync(victim, expected, $"killed at point {point} of {count}");
        }

        return count;
    }

    private static async Task CheckAsync(Lane.Case found, Expected expected, string when)
    {
        await using var store = StoreFactory.Open(found.Database + (found.Database.StartsWith("sqlite", StringComparison.Ordinal) ? "" : ";Pooling=false"), TimeProvider.System);
        var deployments = (await store.Deployments.ListAsync(new DeploymentFilter("docs"), CancellationToken.None)).Reverse().Skip(1).ToList();
        Assert.Equal(expected.Outcome, string.Join(", ", deployments.Select(d => $"{d.Version} {Words.Of(d.Phase)}")));
        Assert.True(deployments[1].StartedAt >= deployments[0].FinishedAt, $"{when}: the second started before the first had ended");
        Assert.True(deployments.SelectMany(d => d.Steps).All(s => s.Status is StepStatus.Done or StepStatus.Failed), when);

        var names = (await store.Builds.ListAsync("docs", 10, CancellationToken.None)).ToDictionary(b => b.Digest, b => b.Version);
        var switches = (await File.ReadAllLinesAsync(found.Switches)).Select(line => names[Digest.Parse(line)]);
        Assert.Equal($"{when}: {string.Join(' ', expected.Switches)}", $"{when}: {string.Join(' ', switches)}");
        Assert.Equal("<h1>v3</h1>", await File.ReadAllTextAsync(Path.Combine(found.Site, "current", "index.html")));

        var board = await store.Environments.GetAsync(new("docs", "site-1"), CancellationToken.None);
        Assert.Equal(("v3", "v3", null), (board.Running?.Version, board.KnownGood?.Version, board.Active));
        foreach (var deployment in deployments) await CheckJournalAsync(store, deployment, when);
    }

    /// <summary>Each revision once, without gaps; a start and an end in the audit log.</summary>
    private static async Task CheckJournalAsync(IStore store, Deployment deployment, string when)
    {
        var journal = await store.Deployments.JournalAsync(deployment.Id, CancellationToken.None);
        Assert.True(journal.Select(entry => entry.Revision).Order().SequenceEqual(Enumerable.Range(1, (int)deployment.Revision).Select(n => (long)n)), $"{when}: revisions of {deployment.Version}");
        var audit = (await store.Audit.RecentAsync("docs", deployment.Id, 100, CancellationToken.None)).Select(a => a.Action).ToList();
        Assert.Single(audit, "deployment.started");
        Assert.Single(audit, $"deployment.{Words.Of(deployment.Phase).Replace(' ', '_')}");
    }

    private sealed record Expected(string Outcome, IReadOnlyList<string> Switches);
}
