using Microsoft.Extensions.Logging.Abstractions;
using Towpath.Engine.Storage;
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
}
