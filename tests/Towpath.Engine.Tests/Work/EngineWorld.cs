using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Engine.Tests.Work;

/// <summary>One or several nodes of the real engine over a real store and a model target.</summary>
internal sealed class EngineWorld(Func<IStore> open) : IAsyncDisposable
{
    private readonly List<Node> _nodes = [];
    private int _builds;

    public const string Apps = """
        name: shop
        artifact: { kind: commit }
        environments:
          dev: { auto_deploy: { branch: main }, target: { kind: model } }
          staging: { after: [dev], approvals: [{ role: staff }], target: { kind: model } }
          production: { target: { kind: model } }
          elsewhere: { target: { kind: model, host: attic } }
          stubborn: { on_failure: stay, target: { kind: model } }

        """;

    public World World { get; } = new();

    public IStore Store { get; private set; } = null!;

    public Node First => _nodes[0];

    public Node Second => _nodes[1];

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static EnvironmentKey Key(string environment) => new("shop", environment);

    /// <param name="options">How it works.</param>
    /// <param name="idle">It claims nothing: only the test does work.</param>
    public async Task<Node> StartAsync(EngineOptions? options = null, bool idle = false)
    {
        var store = open();
        if (_nodes.Count == 0)
        {
            Store = store;
            await store.MigrateAsync(Token);
        }

        var node = new Node(Services(store, options ?? new EngineOptions { Poll = TimeSpan.FromMilliseconds(200) }));
        _nodes.Add(node);
        if (_nodes.Count == 1) await ConfigureAsync(Apps);
        if (!idle) node.Start();
        return node;
    }

    public async Task ConfigureAsync(string app, string source = "c0ffee")
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["organization.yaml"] = "roles:\n  staff: { users: [kim, lee] }\n",
            ["apps/shop.yaml"] = app,
        };
        Assert.Empty(await First.Get<Configurations>().TakeUpAsync(new ConfigurationFiles(files, source), "test", Token));
    }

    public async Task<Build> BuildAsync(string? branch = null)
    {
        var version = $"v{++_builds}";
        var build = new Build
        {
            Id = Guid.CreateVersion7().ToString("N"),
            Application = "shop",
            Commit = Digest.Of(version).Hex[..40],
            Branch = branch,
            Version = version,
            Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.Commit, version, Digest.Of(version))],
            Digest = Digest.Of(version),
            ReportedBy = "ci",
            ReportedAt = TimeProvider.System.GetUtcNow(),
        };
        await CommitAsync(new Change.RecordBuild(build));
        return build;
    }

    public async Task CommitAsync(params Change[] changes) =>
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(new Commit { Changes = changes }, Token));

    public Task<Deployment> PromoteAsync(Build build, string environment, string by = "dana") =>
        First.Get<Promotions>().RequestAsync(new PromotionRequest(Key(environment), build, Origin.Manual, by), Token);

    public async Task<Deployment> DeployAsync(string environment)
    {
        var deployment = await PromoteAsync(await BuildAsync(), environment);
        return await ReachesAsync(deployment.Id, d => d.Phase.IsTerminal());
    }

    /// <summary>As if the target had said that it runs this, after the state was read.</summary>
    public Task<Deployment?> AdoptAsync(string environment, Digest digest, EnvironmentState state)
    {
        var build = new Build
        {
            Id = Guid.CreateVersion7().ToString("N"), Application = "shop", Commit = "", Version = $"adopted-{digest.Hex[..12]}", Digest = digest, ReportedBy = "adopted by dana",
            Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.Commit, "before", digest)], ReportedAt = TimeProvider.System.GetUtcNow(),
        };
        return First.Get<Adoptions>().AdoptAsync(new AdoptionRequest(state with { Key = Key(environment) }, build, IsNewBuild: true, "dana", null, "it runs"), [], Token);
    }

    public Task ApproveAsync(Deployment deployment, string user) => CommitAsync(
        new Change.RecordApproval(new Approval
        {
            Id = Guid.CreateVersion7().ToString("N"), Deployment = deployment.Id, Key = deployment.Key, Digest = deployment.Digest,
            PolicyRevision = deployment.PolicyRevision, Role = "staff", User = user, Verdict = Verdict.Approved, At = TimeProvider.System.GetUtcNow(),
        }),
        Transitions.EvaluateGates(deployment.Id, TimeSpan.Zero));

    public Task<Decision> CancelAsync(Deployment deployment) => First.Get<Decisions>().ApplyAsync(
        deployment.Id, (_, at) => new DeploymentEvent.CancelRequested(at, "dana", null), null, Token);

    /// <summary>Claims everything that is due, as a node of this name, and gives back all but the row of this kind and subject.</summary>
    public async Task<Claim> ClaimAsync(string node, string kind, string subject)
    {
        var identity = new NodeIdentity(node, node, [], NodeIdentity.DefaultLease);
        var session = await Store.Work.JoinAsync(identity, Token);
        var claimed = await Store.Work.ClaimAsync(identity, 100, Token);
        foreach (var work in claimed.Where(w => !Is(w))) await Store.Work.ReleaseAsync(work.Fence, Token);
        return new Claim(session, claimed.Single(Is));

        bool Is(ClaimedWork work) => work.Kind == kind && work.Subject == subject;
    }

    public Task<Decision> RetryAsync(Deployment deployment) => First.Get<Decisions>().ApplyAsync(
        deployment.Id, (_, at) => new DeploymentEvent.Retried(at, "dana"), null, Token);

    public Task<Deployment> EndsAsync(DeploymentId id) => ReachesAsync(id, d => d.Phase.IsTerminal());

    /// <summary>Waits for a state; the test's own time limit is the only one.</summary>
    public async Task<Deployment> ReachesAsync(DeploymentId id, Func<Deployment, bool> state)
    {
        while (true)
        {
            var deployment = await Store.Deployments.GetAsync(id, Token);
            if (deployment is not null && state(deployment)) return deployment;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }

    public Task<EnvironmentState> StateAsync(string environment) => Store.Environments.GetAsync(Key(environment), Token);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    private ServiceProvider Services(IStore store, EngineOptions options) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(store).AddSingleton(OperatorLimits.Nothing).AddSingleton(World)
        .AddSingleton<ITarget, ModelTarget>().AddSingleton<IStep, PrepareStep>().AddSingleton<IStep, ModelSwitchStep>().AddSingleton<IStep, ProbeStep>()
        .AddTowpathEngine(options)
        .BuildServiceProvider();
}

/// <summary>One node; stopping it drains.</summary>
internal sealed class Node(ServiceProvider services) : IAsyncDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private Task _running = Task.CompletedTask;

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public void Start() => _running = Get<WorkNode>().RunAsync(_drain.Token);

    public async Task StopAsync()
    {
        await _drain.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Get<IStore>().DisposeAsync();
        await services.DisposeAsync();
        _drain.Dispose();
    }
}

/// <summary>A row that a test works on.</summary>
internal sealed record Claim(INodeSession Session, ClaimedWork Work) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
