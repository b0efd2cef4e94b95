using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Towpath.Engine.Storage;
using Towpath.Testing;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage;

/// <summary>One file, one process, and what becomes of it.</summary>
[Trait("Row", "T13")]
public sealed class SqliteFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("towpath-sqlite-");
    private readonly VirtualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "towpath.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Second_store_on_the_same_file_is_refused_with_what_to_do()
    {
        await using var first = await OpenAsync();

        var refusal = Assert.Throws<StoreRefusedException>(() => StoreFactory.Open($"sqlite:{File}", _time));

        Assert.Contains(File, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Stop that process", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("flock", "-n", File + ".lock", "true"));
    }

    [Fact]
    public async Task Lock_of_another_process_is_respected_and_ends_with_it_though_the_file_stays()
    {
        using var other = Process.Start(new ProcessStartInfo("flock", [File + ".lock", "sh", "-c", "echo held; read line"]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync(Token));
        Assert.Throws<StoreRefusedException>(() => StoreFactory.Open($"sqlite:{File}", _time));

        other.StandardInput.Close();
        await other.WaitForExitAsync(Token);

        Assert.True(System.IO.File.Exists(File + ".lock"));
        await using var store = await OpenAsync();
        Assert.Null(await store.CheckAsync(Token));
    }

    [Fact]
    public async Task Leases_of_a_dead_process_end_when_the_file_is_opened_again()
    {
        await using (var first = await OpenAsync())
        {
            await SaveAsync(first, new Change.EnqueueWork(Row("d1")));
            Assert.Single(await first.Work.ClaimAsync(Node(), 1, Token));
        }

        await using var second = await OpenAsync();

        Assert.Single(await second.Work.ClaimAsync(Node("n2"), 1, Token));
    }

    [Fact]
    public async Task Restored_backup_gives_out_no_token_twice()
    {
        await using (var store = await OpenAsync()) await SaveAsync(store, new Change.EnqueueWork(Row("d1")));
        System.IO.File.Copy(File, File + ".backup");
        long last;
        await using (var store = await OpenAsync())
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
            last = Assert.Single(await store.Work.ClaimAsync(Node(), 1, Token)).Token;
        }

        System.IO.File.Copy(File + ".backup", File, overwrite: true);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        await using var restored = await OpenAsync();

        Assert.True(Assert.Single(await restored.Work.ClaimAsync(Node(), 1, Token)).Token > last);
    }

    [Fact]
    public async Task File_that_is_no_database_is_refused()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5000), Token);

        var refusal = Assert.Throws<StoreRefusedException>(() => StoreFactory.Open($"sqlite:{File}", _time));

        Assert.Contains(File, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_of_a_newer_version_is_refused_unless_it_says_that_older_ones_may_go_on()
    {
        await using (await OpenAsync())
        {
        }

        Attack("INSERT INTO migrations VALUES (900, '0900_future', 'x', 1, 0)");
        await using (await OpenAsync())
        {
        }

        Attack("INSERT INTO migrations VALUES (901, '0901_future', 'x', 0, 0)");
        var refusal = await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);

        Assert.Contains("0901_future", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("start the newer version", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_with_another_build_of_a_migration_is_refused()
    {
        await using (await OpenAsync())
        {
        }

        Attack("UPDATE migrations SET hash = 'other'");

        Assert.Contains("other contents", (await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM audit")]
    [InlineData("UPDATE audit SET actor = 'mallory'")]
    [InlineData("UPDATE audit SET position = NULL, hash = NULL")]
    [InlineData("UPDATE audit SET hash = 'other'")]
    public async Task Audit_entries_cannot_be_changed_or_removed(string attack)
    {
        await using (var store = await OpenAsync())
        {
            await SaveAsync(store, new Change.AppendAudit(Audit(1)));
            await SaveAsync(store, new Change.SealAudit(Core.Audit.ChainHead.Genesis, new(1, "h"), [new(Id(1), 1, "h")]));
        }

        Assert.Contains("audit entries are never", Assert.Throws<SqliteException>(() => Attack(attack)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_writers_at_once_are_all_answered_and_one_failing_harms_no_other()
    {
        await using var store = await OpenAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => store.CommitAsync(
            new Commit { Changes = i % 5 == 0 ? [new Change.SaveSetting($"s{i}", "x"), new Change.TakeSetting("none")] : [new Change.SaveSetting($"s{i}", "x")] }, Token))));

        Assert.Equal(100, outcomes.Count(outcome => outcome is CommitOutcome.Conflict));
        Assert.Equal(400, (await store.Configuration.SettingsAsync("s", Token)).Count);
    }

    private async Task<IStore> OpenAsync()
    {
        var store = StoreFactory.Open($"sqlite:{File}", _time);
        try
        {
            await store.MigrateAsync(Token);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private void Attack(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Token);
        return process.ExitCode;
    }

    private static async Task SaveAsync(IStore store, params Change[] changes) =>
        Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(new Commit { Changes = changes }, Token));
}
