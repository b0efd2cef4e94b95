using Microsoft.Extensions.Logging.Abstractions;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Deployments;
using Towpath.Engine.Tests.Regressions;
using Towpath.Engine.Work;

namespace Towpath.Engine.Tests.Work;

[Trait("Row", "T3")]
public sealed class LogBufferTests
{
    public static TheoryData<Exception> Failures => [new StoreUnavailableException(), new InvalidOperationException("the database refuses this text")];

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Line_that_cannot_be_written_fails_nothing_and_later_ones_are_written(Exception failure)
    {
        await using var engine = new QuietEngine();
        await engine.ConfigureAsync("  dev: { target: { kind: model } }");
        var deployment = await engine.PromoteAsync("dev");
        var log = new LogBuffer(engine.Store, deployment.Id, engine.Time, NullLogger.Instance);
        engine.Store.Faults.BeforeCommit = _ => throw failure;
        log.Add("unpack", "refused");
        await log.FlushAsync(QuietEngine.Token);
        engine.Store.Faults.BeforeCommit = _ => Task.CompletedTask;
        log.Add("unpack", "taken");
        await log.FlushAsync(QuietEngine.Token);
        Assert.Equal(["taken"], (await engine.Store.Deployments.LogAsync(deployment.Id, 0, 10, QuietEngine.Token)).Select(line => line.Text));
    }

    [Fact]
    public async Task Lines_before_a_transition_are_saved_in_the_same_commit()
    {
        await using var engine = new QuietEngine();
        var (journal, log, deployment) = await RunningAsync(engine);
        log.Add("unpack", "one");
        log.Add("unpack", "two");
        var commits = 0;
        engine.Store.Faults.BeforeCommit = _ =>
        {
            commits++;
            return Task.CompletedTask;
        };
        Assert.Equal(JournalWrite.Written, await journal.WriteAsync(deployment, Cancelled(engine, deployment), QuietEngine.Token));
        Assert.Equal(1, commits);
        Assert.Equal(["one", "two"], await TextsAsync(engine, deployment));
    }

    [Fact]
    public async Task Lines_of_a_step_that_takes_long_are_written_while_it_runs()
    {
        await using var engine = new QuietEngine();
        var (_, log, deployment) = await RunningAsync(engine);
        log.Add("unpack", "one");
        Assert.Empty(await TextsAsync(engine, deployment));
        engine.Time.Advance(LogBuffer.Gather);
        await log.FlushAsync(QuietEngine.Token);
        Assert.Equal(["one"], await TextsAsync(engine, deployment));
    }

    [Fact]
    public async Task Lines_that_the_database_refuses_keep_no_transition_from_being_saved()
    {
        await using var engine = new QuietEngine();
        var (journal, log, deployment) = await RunningAsync(engine);
        log.Add("unpack", "refused");
        engine.Store.Faults.BeforeCommit = commit => commit.Changes.Any(change => change is AppendLog) ? throw new InvalidOperationException("the database refuses this text") : Task.CompletedTask;
        Assert.Equal(JournalWrite.Written, await journal.WriteAsync(deployment, Cancelled(engine, deployment), QuietEngine.Token));
        Assert.Equal(Phase.Cancelled, (await engine.NowAsync(deployment)).Phase);
    }

    [Fact]
    public async Task Lines_of_a_transition_that_came_too_late_are_written_all_the_same()
    {
        await using var engine = new QuietEngine();
        var (journal, log, deployment) = await RunningAsync(engine);
        log.Add("unpack", "one");
        var late = deployment with { Revision = deployment.Revision - 1 };
        Assert.Equal(JournalWrite.Conflict, await journal.WriteAsync(late, Cancelled(engine, late), QuietEngine.Token));
        Assert.Equal(["one"], await TextsAsync(engine, deployment));
    }

    private static async Task<(StoreJournal Journal, LogBuffer Log, Deployment Deployment)> RunningAsync(QuietEngine engine)
    {
        await engine.ConfigureAsync("  dev: { target: { kind: model } }");
        var deployment = await engine.PromoteAsync("dev");
        var work = (await engine.ClaimAsync()).Single(claimed => claimed.Kind == Queues.Deployment);
        var log = new LogBuffer(engine.Store, deployment.Id, engine.Time, NullLogger.Instance);
        return (new StoreJournal(engine.Store, engine.Get<Transitions>(), work.Fence, log), log, deployment);
    }

    private static Next Cancelled(QuietEngine engine, Deployment deployment) =>
        Assert.IsType<Next>(DeploymentMachine.Apply(deployment, new DeploymentEvent.CancelRequested(engine.Time.GetUtcNow(), "kim", "not today")));

    private static async Task<string[]> TextsAsync(QuietEngine engine, Deployment deployment) =>
        [.. (await engine.Store.Deployments.LogAsync(deployment.Id, 0, 10, QuietEngine.Token)).Select(line => line.Text)];
}
