using System.Globalization;
using Towpath.Benchmarks.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Benchmarks.Peers;

/// <summary>One node of ours: the real store, gates, machine, runner and journal; only the steps are made for the measurement.</summary>
internal sealed class TowpathNode : INode
{
    private const int Applications = 10;

    private readonly IStore _store;
    private readonly ServiceProvider _services;
    private CancellationTokenSource _drain = new();
    private Task _running = Task.CompletedTask;
    private int _builds;

    public TowpathNode(string database, int slots)
    {
        _store = StoreFactory.Open(database, Clock.Time);
        var services = new ServiceCollection().AddLogging().AddSingleton(_store).AddSingleton(OperatorLimits.Nothing).AddSingleton(Completions)
            .AddSingleton<ITarget, BenchTarget>().AddSingleton<IStep, WaitStep>()
            .AddTowpathEngine(new EngineOptions { NodeName = "bench", Slots = slots });
        CountingHandler.Wrap(services);
        _services = services.BuildServiceProvider();
    }

    public Completions Completions { get; } = new();

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _store.MigrateAsync(cancellationToken);
        var files = Enumerable.Range(0, Applications).ToDictionary(a => $"apps/app{a}.yaml", Spec, StringComparer.Ordinal);
        var errors = await _services.GetRequiredService<Configurations>().TakeUpAsync(new ConfigurationFiles(files, null), "bench", cancellationToken);
        if (errors.Count > 0) throw new InvalidOperationException($"the bench's own specs are refused: {errors[0]}");
    }

    public Task RequestAsync(int count, CancellationToken cancellationToken) => Parallel.ForAsync(
        0, count, Work.Requesters(cancellationToken), async (i, stop) => await PromoteAsync(i % Work.Environments, stop));

    public async Task RequestOneAsync(int number, CancellationToken cancellationToken) =>
        await PromoteAsync(number % Work.Environments, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _drain = new CancellationTokenSource();
        _running = Task.Run(() => _services.GetRequiredService<WorkNode>().RunAsync(_drain.Token), cancellationToken);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _drain.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        await _store.DisposeAsync();
        _drain.Dispose();
    }

    private async Task PromoteAsync(int environment, CancellationToken cancellationToken)
    {
        var build = NewBuild($"app{environment % Applications}");
        await _store.CommitAsync(new Commit { Changes = [new Change.RecordBuild(build)] }, cancellationToken);
        var key = new EnvironmentKey(build.Application, $"e{environment / Applications}");
        await _services.GetRequiredService<Promotions>().RequestAsync(new PromotionRequest(key, build, Origin.Manual, "bench"), cancellationToken);
    }

    private Build NewBuild(string application)
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"v{Environment.ProcessId}.{Interlocked.Increment(ref _builds)}");
        var digest = Digest.Of(application + version);
        return new Build
        {
            Id = Guid.CreateVersion7().ToString("N"), Application = application, Commit = digest.Value[^40..], Version = version, Digest = digest,
            Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.Commit, digest.Value[^40..], digest)],
            ReportedBy = "bench", ReportedAt = Clock.Time.GetUtcNow(),
        };
    }

    private static string Spec(int application)
    {
        var environments = Enumerable.Range(0, Work.Environments / Applications).Select(e => $"  e{e}:\n    target: {{ kind: bench }}\n");
        return $"name: app{application}\nartifact: {{ kind: commit }}\nenvironments:\n{string.Concat(environments)}";
    }
}
