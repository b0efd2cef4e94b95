using Towpath.Engine.Storage;

namespace Towpath.Engine.Tests.Storage;

/// <summary>What every store keeps. The facts are written once and run on each kind.</summary>
public abstract class StoreContract(StoreHarness harness) : IAsyncLifetime
{
    protected StoreHarness Harness => harness;

    protected IStore Store { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await harness.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<CommitOutcome> TryAsync(params Change[] changes) => Store.CommitAsync(new Commit { Changes = changes }, Token);

    protected Task<CommitOutcome> TryAsync(Fence fence, params Change[] changes) => Store.CommitAsync(new Commit { Fence = fence, Changes = changes }, Token);

    /// <summary>Commits what must succeed.</summary>
    protected async Task SaveAsync(params Change[] changes) => Assert.IsType<CommitOutcome.Committed>(await TryAsync(changes));

    protected async Task SaveAsync(Fence fence, params Change[] changes) => Assert.IsType<CommitOutcome.Committed>(await TryAsync(fence, changes));

    protected async Task RefusedAsync(params Change[] changes) => Assert.IsType<CommitOutcome.Conflict>(await TryAsync(changes));
}
