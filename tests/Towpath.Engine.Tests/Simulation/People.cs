using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>Everybody who asks something of Towpath, with the engine's own use cases. What fails technically is asked again, as clients do.</summary>
internal sealed class People(SimulationRun run, SimNode node)
{
    private static readonly string[] Environments = ["dev", "staging", "production"];
    private readonly List<Build> _builds = [];
    private readonly SimScheduler _scheduler = run.Scheduler;
    private int _configuration;

    public SimNode Node => node;

    /// <summary>Requests that were answered: these must come to an end.</summary>
    public HashSet<DeploymentId> Accepted { get; } = [];

    public async Task LiveAsync()
    {
        await TryAsync(() => TakeUpAsync(0));
        for (var i = 0; i < 30; i++)
        {
            await TryAsync(_scheduler.Random.Next(16) switch
            {
                < 4 => BuildAsync,
                < 6 => PromoteAsync,
                6 => RollBackAsync,
                < 11 => () => ApproveAsync(Verdict.Approved),
                11 => () => ApproveAsync(Verdict.Rejected),
                12 => CancelAsync,
                13 => LockAsync,
                14 => () => TakeUpAsync(_scheduler.Random.Next(3)),
                _ => RetryAsync,
            });
            await Task.Delay(_scheduler.Between(0, 20_000), node.Process.Time);
        }
    }

    /// <summary>Removes what keeps things still, and says yes to everything that asks.</summary>
    public async Task SettleAsync()
    {
        await TakeUpAsync(0);
        for (var quiet = 0; quiet < 2;)
        {
            var before = run.Referee.Transitions;
            foreach (var environment in Environments)
            {
                var key = new EnvironmentKey("shop", environment);
                await CommitAsync(new Change.SetLock(key, null), new Change.SetSuspension(key, null), Transitions.EvaluateApplication("shop"));
            }

            await RetryAsync();
            for (var i = 0; i < 12; i++) await ApproveAsync(Verdict.Approved);
            await Task.Delay(TimeSpan.FromSeconds(60), node.Process.Time);
            quiet = run.Referee.Transitions == before ? quiet + 1 : 0;
        }
    }

    public Task<GateReading> ReadGatesAsync(Deployment deployment) => node.Get<GateInputs>().ReadAsync(deployment, CancellationToken.None);

    /// <summary>Locks an environment for a moment, now.</summary>
    public Task InterfereAsync(EnvironmentKey key) => TryAsync(() => CommitAsync(
        new Change.SetLock(key, new EnvironmentLock("eve", "just now", _scheduler.Now, _scheduler.Now + _scheduler.Between(1000, 20_000))),
        Transitions.EvaluateApplication("shop")));

    private async Task BuildAsync()
    {
        var n = _builds.Count + 1;
        var version = _scheduler.Chance(0.3) ? $"v{n}-bad" : $"v{n}";
        var build = new Build
        {
            Id = $"build-{n}", Application = "shop", Commit = $"{n:x40}", Branch = "main", Version = version, Digest = Digest.Of(version),
            Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.Commit, version, Digest.Of(version))],
            Author = "ana", ReportedBy = "ci", ReportedAt = _scheduler.Now,
        };
        _builds.Add(build);
        await AskAsync(async () => await CommitAsync(new Change.RecordBuild(build)));
        await AskAsync(async () =>
        {
            var configuration = await node.Get<Configurations>().CurrentAsync(CancellationToken.None);
            if (configuration.FindApplication("shop") is { } shop)
                Accepted.UnionWith((await node.Get<Promotions>().AutomaticAsync(shop, build, fence: null, CancellationToken.None)).Select(d => d.Id));
        });
    }

    private Task PromoteAsync() => RequestAsync(Environments[_scheduler.Random.Next(3)], Origin.Manual);

    private Task RollBackAsync() => RequestAsync(Environments[_scheduler.Random.Next(3)], Origin.Rollback);

    private async Task RequestAsync(string environment, Origin origin)
    {
        if (_builds.Count == 0) return;
        var build = _builds[_scheduler.Random.Next(_builds.Count)];
        var request = new PromotionRequest(new EnvironmentKey("shop", environment), build, origin, "kim");
        await AskAsync(async () => Accepted.Add((await node.Get<Promotions>().RequestAsync(request, CancellationToken.None)).Id));
    }

    private async Task ApproveAsync(Verdict verdict)
    {
        if (Pick(d => d.Phase == Phase.Waiting) is not { } deployment) return;
        var (user, role) = _scheduler.Random.Next(3) switch { 0 => ("bo", "staff"), 1 => ("eve", "staff"), _ => ("pat", "client") };
        var approval = new Approval
        {
            Id = $"{_scheduler.Steps}", Deployment = deployment.Id, Key = deployment.Key, Digest = deployment.Digest, PolicyRevision = deployment.PolicyRevision,
            Role = role, User = user, Verdict = verdict, At = _scheduler.Now,
        };
        if (verdict == Verdict.Approved) await CommitAsync(new Change.RecordApproval(approval), Transitions.EvaluateGates(deployment.Id, TimeSpan.Zero));
        else await DecideAsync(deployment, at => new DeploymentEvent.Rejected(at, user, role, "not today"));
    }

    private async Task CancelAsync()
    {
        if (Pick(d => !d.Phase.IsTerminal()) is { } deployment) await DecideAsync(deployment, at => new DeploymentEvent.CancelRequested(at, "kim", "changed my mind"));
    }

    private async Task RetryAsync()
    {
        if (Pick(d => d.Phase == Phase.NeedsAttention) is { } deployment) await DecideAsync(deployment, at => new DeploymentEvent.Retried(at, "kim"));
    }

    private async Task LockAsync()
    {
        var key = new EnvironmentKey("shop", Environments[_scheduler.Random.Next(3)]);
        var held = run.Store.State(key).Lock is not null ? null : new EnvironmentLock("kim", "data migration", _scheduler.Now, _scheduler.Chance(0.7) ? _scheduler.Now + _scheduler.Between(1000, 60_000) : null);
        await CommitAsync(new Change.SetLock(key, held), Transitions.EvaluateApplication("shop"));
    }

    private async Task TakeUpAsync(int variant)
    {
        _configuration = variant;
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { ["organization.yaml"] = Specs.Organization, ["apps/shop.yaml"] = Specs.Shop(_configuration) };
        var errors = await node.Get<Configurations>().TakeUpAsync(new ConfigurationFiles(files, $"commit-{variant}"), "kim", CancellationToken.None);
        if (errors.Count > 0) throw new InvalidOperationException(string.Join('\n', errors));
    }

    private Task<Decision> DecideAsync(Deployment deployment, Func<DateTimeOffset, DeploymentEvent> decide) =>
        node.Get<Decisions>().ApplyAsync(deployment.Id, (_, at) => decide(at), null, CancellationToken.None);

    private Task<CommitOutcome> CommitAsync(params IReadOnlyList<Change> changes) => node.Store.CommitAsync(new Commit { Changes = changes }, CancellationToken.None);

    private Deployment? Pick(Func<Deployment, bool> which)
    {
        var candidates = run.Store.Deployments.Values.Where(which).ToList();
        return candidates.Count == 0 ? null : candidates[_scheduler.Random.Next(candidates.Count)];
    }

    /// <summary>Somebody who got no answer; some ask again, some do not.</summary>
    private static async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (StoreUnavailableException)
        {
            // They will do something else.
        }
    }

    /// <summary>A client that repeats its request until it is answered.</summary>
    private async Task AskAsync(Func<Task> action)
    {
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), node.Process.Time);
            }
        }
    }
}

internal static class Specs
{
    public const string Organization = """
        roles:
          staff: { users: [bo, eve] }
          client: { users: [pat] }
        """;

    /// <summary>Three policies: with approvals, with more of them, and without an automatic rollback.</summary>
    public static string Shop(int variant) => $$"""
        name: shop
        repository: acme/shop
        artifact: { kind: commit }
        environments:
          dev:
            auto_deploy: { branch: main }
            target: { kind: model }
          staging:
            auto_deploy: { branch: main }
            after: [dev]
            approvals: [{ role: staff, count: {{(variant == 1 ? 2 : 1)}} }]
            target: { kind: model }
          production:
            after: [staging]
            approvals: [{ role: staff }, { role: client }]
            on_failure: {{(variant == 2 ? "stay" : "rollback")}}
            target: { kind: model }
        """;
}
