using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Work;
using Towpath.Engine.Work;
using Towpath.Testing;
using Towpath.Testing.Memory;

namespace Towpath.Engine.Tests.Regressions;

/// <summary>The engine's parts over a store in memory, without a node: nothing happens but what the test does.</summary>
internal sealed class QuietEngine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="keeps">Whether the target keeps what could be removed later.</param>
    public QuietEngine(bool keeps = true)
    {
        Store = new MemoryStore(Time);
        var services = new ServiceCollection();
        if (keeps) services.AddSingleton<ITargetRetention, ModelRetention>();
        _services = services.AddLogging()
            .AddSingleton<IStore>(Store).AddSingleton<TimeProvider>(Time).AddSingleton(OperatorLimits.Nothing).AddSingleton(World)
            .AddSingleton<ITarget, ModelTarget>().AddSingleton<IStep, PrepareStep>().AddSingleton<IStep, ModelSwitchStep>().AddSingleton<IStep, ProbeStep>()
            .AddTowpathEngine(new EngineOptions())
            .BuildServiceProvider();
    }

    public VirtualTime Time { get; } = new();

    public World World { get; } = new();

    public MemoryStore Store { get; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task ConfigureAsync(string environments)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["apps/shop.yaml"] = $"name: shop\nartifact: {{ kind: commit }}\nenvironments:\n{environments}\n",
        };
        Assert.Empty(await Get<Configurations>().TakeUpAsync(new ConfigurationFiles(files, null), "test", Token));
    }

    public async Task<Deployment> PromoteAsync(string environment, string version = "v1") =>
        await Get<Promotions>().RequestAsync(new PromotionRequest(new("shop", environment), await BuildAsync(version), Origin.Manual, "dana"), Token);

    public async Task<Build> BuildAsync(string version)
    {
        var build = Storage.Given.Build(int.Parse(version[1..], null), version) with { Branch = "main" };
        await CommitAsync(new Change.RecordBuild(build));
        return build;
    }

    public async Task CommitAsync(params Change[] changes) =>
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(new Commit { Changes = changes }, Token));

    public Task LockAsync(string environment, bool held) => CommitAsync(new Change.SetLock(
        new("shop", environment), held ? new EnvironmentLock("kim", "stocktaking", Time.GetUtcNow(), null) : null));

    public async Task<Deployment> NowAsync(Deployment deployment) => (await Store.Deployments.GetAsync(deployment.Id, Token))!;

    /// <summary>Claims as a node that has these capabilities.</summary>
    public Task<IReadOnlyList<ClaimedWork>> ClaimAsync(params string[] capabilities) => Store.Work.ClaimAsync(Storage.Given.Node("n1", capabilities), 10, Token);

    /// <summary>Does what is claimed, as a node would.</summary>
    public Task DoAsync(ClaimedWork work) => Get<WorkDispatch>().HandleAsync(work, new WorkSignals(Token, default, default));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

internal sealed class ModelRetention : ITargetRetention
{
    public string Kind => "model";

    public Task PruneAsync(Core.EnvironmentKey key, TargetSpec target, IReadOnlyList<Digest> keep, CancellationToken cancellationToken) => Task.CompletedTask;
}
