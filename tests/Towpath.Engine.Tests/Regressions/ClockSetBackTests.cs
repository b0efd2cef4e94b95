using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Regressions;

/// <summary>
/// When a machine came up with its clock an hour behind, rows of the SQLite file were not due for an hour, whatever the clock was set to
/// afterwards.
/// </summary>
public sealed class ClockSetBackTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("towpath-clock-");

    [Fact]
    public async Task Work_is_due_after_a_restart_with_the_clock_an_hour_behind()
    {
        await using (var before = Open(VirtualTime.Start))
        {
            await before.MigrateAsync(TestContext.Current.CancellationToken);
            await before.CommitAsync(new Commit { Changes = [new Change.EnqueueWork(Given.Row("d1"))] }, TestContext.Current.CancellationToken);
        }

        await using var after = Open(VirtualTime.Start.AddHours(-1));
        Assert.Equal("d1", Assert.Single(await after.Work.ClaimAsync(Given.Node(), 1, TestContext.Current.CancellationToken)).Subject);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private IStore Open(DateTimeOffset now) => StoreFactory.Open($"sqlite:{Path.Combine(_folder.FullName, "towpath.db")}", new VirtualTime(now));
}
