using System.Diagnostics;
using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Dialects;
using Towpath.Engine.Storage.Sqlite;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Storage;

public sealed class SqliteDiskFullTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("towpath-full-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", _folder.FullName);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Full_disk_is_refused_without_partial_state_and_goes_on_when_there_is_space()
    {
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _folder.FullName) != 0) Assert.Skip("mounting a tmpfs needs root");
        var ballast = Path.Combine(_folder.FullName, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[512 * 1024], Token);
        await using var store = StoreFactory.Open($"sqlite:{Path.Combine(_folder.FullName, "towpath.db")}", TimeProvider.System);
        await store.MigrateAsync(Token);

        var saved = 0;
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (; saved < 1000; saved++) await SavePairAsync(store, saved);
        });

        Assert.Contains("disk is full", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => SavePairAsync(store, saved));
        Assert.Equal((saved, saved), await CountAsync(store));
        File.Delete(ballast);
        await SavePairAsync(store, saved);
        Assert.Equal((saved + 1, saved + 1), await CountAsync(store));
        Assert.Null(await store.CheckAsync(Token));
    }

    [Fact]
    public async Task Full_file_fails_everybody_in_the_group_and_nobody_after_it()
    {
        var path = Path.Combine(_folder.FullName, "towpath.db");
        using var connections = new SqliteConnections(path, new StoreClock(new VirtualTime()));
        await using var writer = new SqliteWriter(connections.OpenWriter(), path);
        var insert = new Statement("INSERT INTO t VALUES ($1)");
        await writer.WriteAsync(session =>
        {
            session.Script("CREATE TABLE t (x TEXT)");
            session.Script("PRAGMA max_page_count = 20");
            return true;
        });

        var writes = Enumerable.Range(0, 50).Select(_ => writer.WriteAsync(session =>
        {
            session.Execute(insert, new string('x', 8000));
            return true;
        })).ToList();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Task.WhenAll(writes));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => writer.WriteAsync(session =>
        {
            session.Execute(insert, new string('x', 200_000));
            return true;
        }));

        Assert.True(writer.IsFailing);
        var answered = writes.Count(write => write.IsCompletedSuccessfully);
        Assert.Equal(answered, await writer.WriteAsync(session => session.Read(new Statement("SELECT x FROM t"), _ => true).Count));
        await writer.WriteAsync(session =>
        {
            session.Script("PRAGMA max_page_count = 1000");
            session.Execute(insert, new string('x', 8000));
            return true;
        });
        Assert.False(writer.IsFailing);
    }

    /// <summary>Two settings of which either both are there or none.</summary>
    private static async Task SavePairAsync(IStore store, int number) => Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(
        new Commit { Changes = [new Change.SaveSetting($"a{number}", new string('x', 8000)), new Change.SaveSetting($"b{number}", new string('y', 8000))] }, Token));

    private static async Task<(int A, int B)> CountAsync(IStore store) =>
        ((await store.Configuration.SettingsAsync("a", Token)).Count, (await store.Configuration.SettingsAsync("b", Token)).Count);

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
