using System.Globalization;
using Towpath.Engine.Storage;
using Towpath.Testing;
using Towpath.Testing.Memory;

namespace Towpath.Engine.Tests.Storage;

/// <summary>One kind of store, with a clock that the test moves.</summary>
public abstract class StoreHarness : IAsyncDisposable
{
    private readonly List<IStore> _opened = [];

    /// <summary>A store on the same database; another node where the kind knows several, else the same one again.</summary>
    public async Task<IStore> OpenAsync()
    {
        var store = await OpenStoreAsync();
        if (!_opened.Contains(store)) _opened.Add(store);
        return store;
    }

    /// <summary>Moves the store's clock.</summary>
    public abstract Task AdvanceAsync(TimeSpan by);

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<IStore> OpenStoreAsync();
}

public sealed class SqliteHarness : StoreHarness
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("towpath-sqlite-");
    private readonly VirtualTime _time = new();
    private IStore? _store;

    public override Task AdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override async Task<IStore> OpenStoreAsync()
    {
        if (_store is not null) return _store;
        _store = StoreFactory.Open($"sqlite:{Path.Combine(_folder.FullName, "towpath.db")}", _time);
        await _store.MigrateAsync(CancellationToken.None);
        return _store;
    }
}

public sealed class PostgresHarness(PostgresServer server) : StoreHarness
{
    public string? ConnectionString { get; private set; }

    public override Task AdvanceAsync(TimeSpan by) => PostgresServer.ExecuteAsync(
        ConnectionString!, string.Create(CultureInfo.InvariantCulture, $"UPDATE test_clock SET offset_by = offset_by + {(long)by.TotalMicroseconds}"));

    protected override async Task<IStore> OpenStoreAsync()
    {
        ConnectionString ??= await server.CreateAsync();
        return StoreFactory.Open(ConnectionString, TimeProvider.System);
    }
}

public sealed class MemoryHarness : StoreHarness
{
    private readonly VirtualTime _time = new();
    private MemoryStore? _store;

    public override Task AdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        return Task.CompletedTask;
    }

    protected override Task<IStore> OpenStoreAsync() => Task.FromResult<IStore>(_store ??= new MemoryStore(_time));
}
