using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage.Contracts;

[Trait("Row", "D3")]
public abstract class WatchContract(StoreHarness harness) : StoreContract(harness)
{
    private const string Main = "refs/heads/main";
    private const string Sha = "1111111111111111111111111111111111111111";
    private const string OtherSha = "2222222222222222222222222222222222222222";

    private static readonly DateTimeOffset Since = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    [Fact]
    public async Task What_is_told_of_is_due_once_with_what_is_known_of_it()
    {
        var stand = new RefFact(7, Main, Sha, Since) { PushedBy = "kim", Author = "pat" };
        var name = new RepositoryName(7, "acme/web", 5, 3, IsGone: false, Since);
        await SaveAsync(new Change.SaveRefFact(stand), new Change.SaveRepositoryName(name), new Change.LookAt(7, Main, 1), new Change.LookAt(8, Sha, 1), new Change.LookAt(7, Main, 1));

        Assert.Equal([new Look(7, Main, 2, 0, name, stand), new Look(8, Sha, 1, 0, null, null)], (await Store.Watches.LooksAsync(1, 10, Token)).OrderBy(look => look.RepositoryId));
        Assert.Single(await Store.Watches.LooksAsync(1, 1, Token));
        Assert.Empty(await Store.Watches.LooksAsync(0, 10, Token));
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task What_is_told_of_while_it_is_looked_at_is_looked_at_again()
    {
        await SaveAsync(new Change.LookAt(7, Main, 0));
        var look = Assert.Single(await Store.Watches.LooksAsync(0, 10, Token));
        await SaveAsync(new Change.LookAt(7, Main, 0));
        await SaveAsync(new Change.DoneLooking(7, Main, look.Version));

        var again = Assert.Single(await Store.Watches.LooksAsync(0, 10, Token));
        await SaveAsync(new Change.DoneLooking(7, Main, again.Version));
        Assert.Empty(await Store.Watches.LooksAsync(0, 10, Token));
        Assert.Null(await Store.Watches.NextLookAsync(0, Token));
    }

    [Fact]
    public async Task What_could_not_be_looked_at_comes_due_later_and_at_once_when_it_is_told_of()
    {
        await SaveAsync(new Change.LookAt(7, Main, 0), new Change.LookLater(7, Main, TimeSpan.FromMinutes(1)));
        Assert.Empty(await Store.Watches.LooksAsync(0, 10, Token));
        Assert.InRange((await Store.Watches.NextLookAsync(0, Token))!.Value, TimeSpan.FromSeconds(50), TimeSpan.FromMinutes(1));

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(1, Assert.Single(await Store.Watches.LooksAsync(0, 10, Token)).Failures);
        await SaveAsync(new Change.LookLater(7, Main, TimeSpan.FromMinutes(1)), new Change.LookAt(7, Main, 0));
        Assert.Equal(0, Assert.Single(await Store.Watches.LooksAsync(0, 10, Token)).Failures);
    }

    [Fact]
    public async Task Environment_has_one_watch_and_loses_it_only_for_the_commit_that_is_meant()
    {
        var reason = new GateResult { Gate = "watch", State = GateState.Closed };
        var first = Watch("dev", Sha) with { Reason = reason };
        var second = Watch("dev", OtherSha) with { State = WatchState.Requested, Deployment = new DeploymentId("d1") };
        await SaveAsync(new Change.SaveWatch(first), new Change.SaveWatch(Watch("live", Sha)), new Change.SaveWatch(Watch("dev", Sha) with { Key = new EnvironmentKey("other", "dev") }));

        Assert.Equivalent(new[] { first, Watch("live", Sha) }, await Store.Watches.OfAsync(["web"], Token), strict: true);
        await SaveAsync(new Change.SaveWatch(second), new Change.DropWatch(first.Key, Sha), new Change.DropWatch(new EnvironmentKey("web", "live"), Sha));
        Assert.Equal(second, Assert.Single(await Store.Watches.OfAsync(["web", "nobody"], Token)));
        Assert.Equal(2, (await Store.Watches.OfAsync(["web", "other"], Token)).Count);
    }

    [Fact]
    public async Task Runs_of_deployments_are_known_by_their_commit()
    {
        await SaveAsync(new Change.SaveDeployingRun(7, Sha, 1), new Change.SaveDeployingRun(7, Sha, 1), new Change.SaveDeployingRun(7, Sha, 2), new Change.SaveDeployingRun(7, OtherSha, 3));

        Assert.Equal([1, 2], (await Store.Watches.DeployingRunsAsync(7, Sha, Token)).Order());
        Assert.Empty(await Store.Watches.DeployingRunsAsync(8, Sha, Token));
    }

    [Fact]
    public async Task Open_deployments_and_states_of_some_applications_are_read_at_once()
    {
        var web = Deployment(1) with { Key = new EnvironmentKey("web", "dev") };
        var other = Deployment(2) with { Key = new EnvironmentKey("other", "dev") };
        await SaveAsync(new Change.InsertDeployment(web), new Change.InsertDeployment(other), new Change.SetLock(web.Key, null), new Change.SetLock(other.Key, null));

        Assert.Equal([web.Id], (await Store.Deployments.OpenOfAsync(["web", "none"], Token)).Select(d => d.Id));
        Assert.Equal([other.Id], (await Store.Deployments.OfAsync([other.Id, new DeploymentId(new string('f', 32))], Token)).Select(d => d.Id));
        Assert.Equal([other.Key], (await Store.Environments.OfAsync(["other"], Token)).Select(e => e.Key));
    }

    private static StoredWatch Watch(string environment, string sha) => new()
    {
        Key = new EnvironmentKey("web", environment), RepositoryId = 7, Ref = Main, Sha = sha, Since = Since, State = WatchState.Waiting, UpdatedAt = Since,
    };
}
