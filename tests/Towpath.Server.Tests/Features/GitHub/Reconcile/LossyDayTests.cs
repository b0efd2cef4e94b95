using FsCheck;
using FsCheck.Fluent;
using Towpath.Core;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.Engine.Work;
using Towpath.GitHubEmulator;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Features.GitHub.Reconcile;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Reconcile;

/// <summary>
/// Random days at the emulated GitHub, whose deliveries get lost, vanish without a trace, come twice or late. After one comparison everything that is known, watched and
/// requested is as it stands at GitHub.
/// </summary>
[Trait("Row", "T5")]
public sealed class LossyDayTests(PostgresServer postgres)
{
    private const int Days = 6;

    private static readonly WebhookFault?[] Faults = [null, null, WebhookFault.Vanish, WebhookFault.Lose, WebhookFault.Double, WebhookFault.Reorder];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_was_lost_is_known_after_a_comparison(bool onPostgres)
    {
        await using var scene = await StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        await ReconcileAsync(scene);
        var acts = Gen.Zip(Gen.Elements("push main", "push main", "push release/1", "delete release/1", "open", "label", "close"), Gen.Elements(Faults));
        var days = Gen.Choose(5, 15).SelectMany(count => Gen.ListOf(acts, count));
        var next = 0;
        var isRight = Prop.ForAll(days.ToArbitrary(), day => Task.Run(async () =>
        {
            var repository = scene.World.Repositories.Find($"acme/r{Interlocked.Increment(ref next)}")!;
            var before = repository.Refs["refs/heads/main"];
            foreach (var (act, fault) in day) Do(scene.World, repository, act, fault);
            scene.World.Script.Webhooks.Clear();
            scene.World.Outbox.Release();
            await SettledAsync(scene);
            await ReconcileAsync(scene);
            await SettledAsync(scene);
            await CheckAsync(scene.Server.Store, repository, before);
            return true;
        }).GetAwaiter().GetResult());

        await Task.Run(() => isRight.Check(Config.QuickThrowOnFailure.WithMaxTest(Days)));
    }

    private static void Do(EmulatorWorld world, Repository repository, string act, WebhookFault? fault)
    {
        world.Time.Advance(TimeSpan.FromSeconds(1));
        if (fault is { } kind) world.Script.Webhooks.Add(new WebhookRule { Kind = kind, Event = act.Contains(' ', StringComparison.Ordinal) ? "push" : "pull_request", By = 2 });
        var kim = world.Accounts.User("kim");
        var pull = repository.Pulls.LastOrDefault(p => p.IsOpen);
        switch (act)
        {
            case "push main" or "push release/1":
                repository.Push(act[5..], new Dictionary<string, string?> { ["a.txt"] = $"{world.NextId()}" }, "change", "kim");
                break;
            case "delete release/1":
                if (repository.Refs.ContainsKey("refs/heads/release/1")) RefEvents.Move(repository, "refs/heads/release/1", null, kim);
                break;
            case "open":
                Open(world, repository);
                break;
            case "label" when pull is not null:
                pull.Issue.Labels.Add($"l{world.NextId()}");
                Changed(world, pull, "labeled", kim);
                break;
            case "close" when pull is not null:
                (pull.Issue.IsOpen, pull.Issue.ClosedAt) = (false, world.Now);
                Changed(world, pull, "closed", kim);
                break;
            default:
                break;
        }
    }

    private static void Open(EmulatorWorld world, Repository repository)
    {
        var kim = world.Accounts.User("kim");
        var commit = repository.Push($"feature/{world.NextId()}", new Dictionary<string, string?> { ["b.txt"] = $"{world.NextId()}" }, "feature", "kim");
        var issue = repository.Issues.Add(new Issue(world.NextId(), repository, repository.NextNumber(), kim) { Title = "a change" });
        var branch = repository.Refs.First(r => r.Value == commit.Sha).Key["refs/heads/".Length..];
        var pull = new Pull(world.NextId(), issue, repository, branch, "main") { HeadSha = commit.Sha, BaseSha = repository.Refs["refs/heads/main"] };
        issue.Pull = pull;
        repository.Pulls.Add(pull);
        PullEvents.Tell(pull, "opened", kim);
    }

    private static void Changed(EmulatorWorld world, Pull pull, string action, GitHubEmulator.Accounts.User by)
    {
        pull.Issue.UpdatedAt = world.Now;
        PullEvents.Tell(pull, action, by);
    }

    private static async Task CheckAsync(IStore store, Repository repository, string before)
    {
        var watches = (await store.Watches.OfAsync([$"site-{repository.Name}"], default)).ToDictionary(watch => watch.Key.Environment, watch => watch);
        var open = (await store.Deployments.OpenAsync($"site-{repository.Name}", default)).ToLookup(d => d.Key.Environment, d => d.Commit);
        foreach (var (environment, name) in new[] { ("dev", "refs/heads/main"), ("next", "refs/heads/release/1") })
        {
            var stands = repository.Refs.GetValueOrDefault(name);
            Assert.Equal(stands, (await store.Facts.RefAsync(repository.Id, name, default))?.Sha);
            // What stood there before anything happened is not asked for.
            if (stands is null || stands == before) Assert.Empty(open[environment]);
            else Assert.Equal((stands, stands), (watches[environment].Sha, Assert.Single(open[environment])));
        }

        foreach (var pull in repository.Pulls)
        {
            if (await store.Facts.PullAsync(repository.Id, pull.Number, default) is not { } fact)
            {
                // Opened and closed again, and nothing of it was ever heard.
                Assert.False(pull.IsOpen);
                continue;
            }

            Assert.Equal((pull.IsOpen, pull.HeadSha), (fact.IsOpen, fact.HeadSha));
            if (pull.IsOpen) Assert.Equal(pull.Issue.Labels.Order(StringComparer.Ordinal), fact.Labels);
        }
    }

    private static async Task<GitHubServer> StartAsync(string? database)
    {
        var folder = new Folder();
        for (var n = 1; n <= Days; n++) folder.Write($"apps/site-r{n}.yaml", $$"""
            name: site-r{{n}}
            repository: acme/r{{n}}
            artifact: { kind: commit }
            environments:
              dev: { auto_deploy: { branch: main }, target: { kind: fake } }
              next: { auto_deploy: { branch: "release/*" }, target: { kind: fake } }
            """);
        var scene = await GitHubServer.StartAsync(database, folder, prepare: world =>
        {
            for (var n = 1; n <= Days; n++) world.Repositories.Create($"acme/r{n}");
        });
        var locked = new EnvironmentLock("ada", "a test", DateTimeOffset.UnixEpoch, null);
        await scene.Server.Store.CommitAsync(new Engine.Storage.Commit
        {
            Changes = [.. Enumerable.Range(1, Days).SelectMany(n => new[] { "dev", "next" }.Select(environment => new Change.SetLock(new EnvironmentKey($"site-r{n}", environment), locked)))],
        }, CancellationToken.None);
        return scene;
    }

    private static async Task SettledAsync(GitHubServer scene)
    {
        await scene.SettledAsync();
        await TestServer.UntilAsync(async () =>
        {
            for (var lane = 0; lane < Looks.Lanes; lane++)
                if (await scene.Server.Store.Watches.NextLookAsync(lane, CancellationToken.None) is not null) return null;
            return "settled";
        });
    }

    private static Task ReconcileAsync(GitHubServer scene) =>
        scene.Server.Running.Services.GetServices<IRecurringWork>().OfType<ReconcileRepositories>().Single().RunAsync(null!, CancellationToken.None);
}
