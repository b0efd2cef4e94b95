using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.Engine.Work;

namespace Towpath.Engine.Tests.Work;

/// <summary>Several doors ask for the same environment in one moment: a report from CI, a push, a published release, two people.</summary>
[Trait("Row", "T5")]
public abstract class RequestRaceTests(Func<Task<Func<IStore>>> database)
{
    private const int Limit = 60_000;
    private const int Rounds = 20;

    [Fact(Timeout = Limit)]
    public async Task Build_that_several_ask_for_at_once_is_one_deployment()
    {
        await using var engine = await BeginAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var build = await engine.BuildAsync("main");
            var asked = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RequestAsync(engine, i, build, Origin.Automatic)));
            Assert.Single(asked.Select(deployment => deployment.Id).Distinct());
            Assert.Equal(asked[0].Id, Assert.Single(await OpenAsync(engine)).Id);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Of_several_builds_that_are_asked_for_at_once_one_waits_and_supersedes_the_others()
    {
        await using var engine = await BeginAsync();
        for (var round = 0; round < Rounds; round++)
        {
            Build[] builds = [await engine.BuildAsync("main"), await engine.BuildAsync("main"), await engine.BuildAsync("main")];
            await Task.WhenAll(builds.Select((build, i) => RequestAsync(engine, i, build, Origin.Automatic)));
            Assert.Single(await OpenAsync(engine));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Build_that_went_there_by_itself_already_is_not_deployed_again_by_another_door()
    {
        await using var engine = new EngineWorld(await database());
        await engine.StartAsync();
        await engine.StartAsync();
        var build = await engine.BuildAsync("main");
        var first = await RequestAsync(engine, 0, build, Origin.Automatic);
        await engine.EndsAsync(first.Id);
        Assert.Equal(first.Id, (await RequestAsync(engine, 1, build, Origin.Automatic)).Id);
        Assert.NotEqual(first.Id, (await RequestAsync(engine, 1, build, Origin.Manual)).Id);
    }

    private static Task<Deployment> RequestAsync(EngineWorld engine, int door, Build build, Origin origin) =>
        (door % 2 == 0 ? engine.First : engine.Second).Get<Promotions>().RequestAsync(new PromotionRequest(EngineWorld.Key("dev"), build, origin, "ci"), EngineWorld.Token);

    private static Task<IReadOnlyList<Deployment>> OpenAsync(EngineWorld engine) =>
        engine.Store.Deployments.ListAsync(new DeploymentFilter("shop", "dev", [Phase.Waiting, Phase.Queued]), EngineWorld.Token);

    /// <summary>Two nodes that start nothing; the environment is locked.</summary>
    private async Task<EngineWorld> BeginAsync()
    {
        var engine = new EngineWorld(await database());
        await engine.StartAsync(idle: true);
        await engine.StartAsync(idle: true);
        await engine.CommitAsync(new Change.SetLock(EngineWorld.Key("dev"), new EnvironmentLock("kim", "wait", TimeProvider.System.GetUtcNow(), null)));
        return engine;
    }
}

public sealed class SqliteRequestRaceTests() : RequestRaceTests(SqliteEngineTests.NewDatabase);

public sealed class PostgresRequestRaceTests(PostgresServer server) : RequestRaceTests(() => PostgresEngineTests.NewDatabase(server));
