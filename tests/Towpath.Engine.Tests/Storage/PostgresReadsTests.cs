using System.Globalization;
using System.Text.Json;
using Npgsql;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.PostgresProbe;

namespace Towpath.Engine.Tests.Storage;

/// <summary>Reads by a key share a round trip where many wait: each ends as if it had been alone.</summary>
[Trait("Row", "T3")]
public sealed class PostgresReadsTests(PostgresServer server)
{
    private const int Many = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_of_many_gets_its_own_rows_and_who_asks_for_what_is_not_there_gets_none()
    {
        await using var store = StoreFactory.Open(await server.CreateAsync(), TimeProvider.System);
        await store.CommitAsync(new Commit { Changes = [.. Enumerable.Range(0, Many).Select(n => new Change.SaveSetting(Name(n), $"value {n}", OnlyIfAbsent: false))] }, Token);

        var read = await Task.WhenAll(Enumerable.Range(0, 2 * Many).Select(n => store.Configuration.SettingAsync(Name(n), Token)));

        Assert.Equal(Enumerable.Range(0, 2 * Many).Select(n => n < Many ? $"value {n}" : null), read);
    }

    [Fact]
    public async Task All_who_ask_the_same_get_the_same()
    {
        await using var store = StoreFactory.Open(await server.CreateAsync(), TimeProvider.System);
        await store.CommitAsync(new Commit { Changes = [new Change.SaveConfiguration(new StoredConfiguration("r1", null, new Dictionary<string, string>(StringComparer.Ordinal), DateTimeOffset.UnixEpoch), "")] }, Token);

        var read = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => store.Configuration.CurrentRevisionAsync(Token)));

        Assert.All(read, revision => Assert.Equal("r1", revision));
    }

    [Fact]
    public async Task One_that_cannot_be_read_fails_alone()
    {
        var database = await server.CreateAsync();
        await using var store = StoreFactory.Open(database, TimeProvider.System);
        await store.CommitAsync(new Commit { Changes = [.. Enumerable.Range(0, Many).Select(n => new Change.SaveSetting(Name(n), $"value {n}", OnlyIfAbsent: false))] }, Token);
        await ScalarAsync(database, "WITH b AS (INSERT INTO builds (id, application, version, reported_at, state) VALUES ('broken', 'docs', 'v1', 0, 'no document') RETURNING 1) SELECT count(*)::int FROM b");

        var reads = Enumerable.Range(0, Many).Select(n => store.Configuration.SettingAsync(Name(n), Token)).ToList();
        var broken = store.Builds.GetAsync("broken", Token);
        reads.AddRange(Enumerable.Range(0, Many).Select(n => store.Configuration.SettingAsync(Name(n), Token)));

        await Assert.ThrowsAsync<JsonException>(() => broken);
        Assert.Equal(Enumerable.Range(0, 2 * Many).Select(n => $"value {n % Many}"), await Task.WhenAll(reads));
    }

    [Fact]
    public async Task One_that_is_given_up_holds_up_nobody()
    {
        await using var store = StoreFactory.Open(await server.CreateAsync(), TimeProvider.System);
        using var given = new CancellationTokenSource();

        var reads = Enumerable.Range(0, Many).Select(n => store.Configuration.SettingAsync(Name(n), n % 2 == 0 ? given.Token : Token)).ToList();
        await given.CancelAsync();

        await Task.WhenAll(reads.Where((_, n) => n % 2 == 1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Configuration.SettingAsync("one more", given.Token));
    }

    [Fact]
    public async Task Those_whose_connection_is_cut_are_read_on_another_one()
    {
        var database = await server.CreateAsync();
        await using var proxy = new CuttingProxy(new NpgsqlConnectionStringBuilder(database).Port);
        await using var store = StoreFactory.Open(new NpgsqlConnectionStringBuilder(database) { Port = proxy.Port }.ConnectionString, TimeProvider.System);
        await store.CommitAsync(new Commit { Changes = [new Change.SaveSetting("kept", "yes", OnlyIfAbsent: false)] }, Token);
        Assert.Equal("yes", await store.Configuration.SettingAsync("kept", Token));

        proxy.LoseNextAnswer();
        var read = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => store.Configuration.SettingAsync("kept", Token)));

        Assert.All(read, value => Assert.Equal("yes", value));
    }

    private static string Name(int n) => string.Create(CultureInfo.InvariantCulture, $"setting {n}");
}
