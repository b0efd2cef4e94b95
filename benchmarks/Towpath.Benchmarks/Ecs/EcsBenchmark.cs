using System.Globalization;
using Towpath.Aws;
using Towpath.AwsEmulator;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Benchmarks.Ecs;

/// <summary>
/// <c>bench ecs</c>: hundreds of deployments at once in one account whose documented request limits are enforced, on one node of ours. A tenth of them
/// fails and is rolled back.
/// </summary>
internal sealed class EcsBenchmark : IAsyncDisposable
{
    private const int FailsEvery = 10;

    private readonly int _count;
    private readonly Emulator _emulator;
    private readonly EcsEstate _estate;
    private readonly string _folder;
    private readonly IStore _store;
    private readonly ServiceProvider _services;

    private EcsBenchmark(int count, int services, Emulator emulator)
    {
        (_count, _emulator, _estate) = (count, emulator, new EcsEstate(emulator, services));
        _folder = Directory.CreateTempSubdirectory("towpath-bench-").FullName;
        _store = StoreFactory.Open($"sqlite:{Path.Combine(_folder, "towpath.db")}", Clock.Time);
        _services = new ServiceCollection().AddLogging().AddSingleton(_store).AddSingleton(OperatorLimits.Nothing with { Trusted = true })
            .AddTowpathAws(new AwsOptions { DataFolder = _folder, Variable = Variable })
            .AddTowpathEngine(new EngineOptions { NodeName = "bench" })
            .BuildServiceProvider();
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        var count = Usage.Number(options, "--deployments", 500);
        var services = Usage.Number(options, "--services", 1);
        Machine.Print();
        Console.WriteLine($"work      {count} deployments at once, {services} services each, one account and region, a rollout takes {EcsEstate.Rollout.TotalSeconds:0} s, every {FailsEvery}th fails and is rolled back");
        Console.WriteLine();
        await using var benchmark = new EcsBenchmark(count, services, await Emulator.StartAsync(new EmulatorOptions { DocumentedLimits = true }, cancellationToken));
        return await benchmark.RunAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _store.DisposeAsync();
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        _estate.Make(_count, i => i % FailsEvery == FailsEvery - 1, i => DigestOf(i, "v1").Value);
        await PrepareAsync(cancellationToken);
        while (!_estate.IsAtRest) await Task.Delay(TimeSpan.FromMilliseconds(100), Clock.Time, cancellationToken);
        using var drain = new CancellationTokenSource();
        var node = Task.Run(() => _services.GetRequiredService<WorkNode>().RunAsync(drain.Token), cancellationToken);
        var begun = Clock.Time.GetTimestamp();
        var ids = await RequestAsync(cancellationToken);
        var ended = await EndAsync(ids, cancellationToken);
        var took = Clock.Time.GetElapsedTime(begun);
        await drain.CancelAsync();
        await node;
        return EcsFigures.Print(_emulator, _estate, ended, took);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _store.MigrateAsync(cancellationToken);
        var files = Enumerable.Range(0, _count).ToDictionary(i => $"apps/{EcsEstate.Name(i)}.yaml", Spec, StringComparer.Ordinal);
        var errors = await _services.GetRequiredService<Configurations>().TakeUpAsync(new ConfigurationFiles(files, null), "bench", cancellationToken);
        if (errors.Count > 0) throw new InvalidOperationException($"the bench's own specs are refused: {errors[0]}");
        for (var i = 0; i < _count; i++)
        {
            var good = NewBuild(i, "v1");
            var running = new RunningVersion(DeploymentId.New(Clock.Time), good.Id, good.Version, good.Digest, Clock.Time.GetUtcNow());
            await _store.CommitAsync(new Commit { Changes = [new Change.RecordBuild(good), new Change.SetRunning(Key(i), running, Succeeded: true)] }, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<DeploymentId>> RequestAsync(CancellationToken cancellationToken)
    {
        var ids = new List<DeploymentId>();
        for (var i = 0; i < _count; i++)
        {
            var build = NewBuild(i, "v2");
            await _store.CommitAsync(new Commit { Changes = [new Change.RecordBuild(build)] }, cancellationToken);
            ids.Add((await _services.GetRequiredService<Promotions>().RequestAsync(new PromotionRequest(Key(i), build, Origin.Manual, "bench"), cancellationToken)).Id);
        }

        return ids;
    }

    private async Task<IReadOnlyList<Deployment>> EndAsync(IReadOnlyList<DeploymentId> ids, CancellationToken cancellationToken)
    {
        while (true)
        {
            var deployments = new List<Deployment>();
            foreach (var id in ids) deployments.Add((await _store.Deployments.GetAsync(id, cancellationToken))!);
            var open = deployments.Count(d => !d.Phase.IsTerminal() && d.Phase != Phase.NeedsAttention);
            if (open == 0) return deployments;
            Console.Error.Write($"\r  {open,4} to go ");
            await Task.Delay(TimeSpan.FromSeconds(1), Clock.Time, cancellationToken);
        }
    }

    private string? Variable(string name) => name switch
    {
        "AWS_ENDPOINT_URL" => _emulator.Url.ToString(),
        "AWS_ACCESS_KEY_ID" => _emulator.Options.AccessKey,
        "AWS_SECRET_ACCESS_KEY" => _emulator.Options.Secret,
        _ => null,
    };

    private static EnvironmentKey Key(int application) => new(EcsEstate.Name(application), "production");

    private static Digest DigestOf(int application, string version) => Digest.Of($"{application} {version}");

    private static Build NewBuild(int application, string version)
    {
        var digest = DigestOf(application, version);
        return new Build
        {
            Id = Guid.CreateVersion7().ToString("N"), Application = EcsEstate.Name(application), Commit = digest.Hex[..40], Version = version, Digest = digest,
            Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.Container, EcsEstate.Image(application, digest.Value), digest)],
            ReportedBy = "bench", ReportedAt = Clock.Time.GetUtcNow(),
        };
    }

    private string Spec(int application) => string.Create(CultureInfo.InvariantCulture, $$"""
        name: app{{application}}
        artifact: { kind: container, source: registry.example.com/acme/app{{application}} }
        environments:
          production:
            target: { kind: ecs, region: {{EcsEstate.Region}}, cluster: {{EcsEstate.Cluster}}, services: [{{string.Join(", ", _estate.ServicesOf(application).Select(name => $"{{ service: {name} }}"))}}] }

        """);
}
