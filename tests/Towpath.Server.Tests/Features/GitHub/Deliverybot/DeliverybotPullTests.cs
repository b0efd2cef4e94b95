using Towpath.Core.Deployments;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Tests.Features.GitHub.Deliverybot;

/// <summary>Pull requests of a repository with a Deliverybot file.</summary>
[Trait("Row", "D2")]
public sealed class DeliverybotPullTests
{
    [Fact]
    [Trait("Row", "D4")]
    public async Task Pull_request_is_deployed_with_each_push_and_inactive_when_it_is_closed()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        var first = scene.Push(DeliverybotScene.File, "topic");
        var pull = await scene.OpenAsync("topic");
        await scene.UntilAsync($"pr-{pull.Number}-review", first.Sha, d => d.Phase == Phase.Succeeded);
        var told = Assert.Single(scene.Web.Deployments.All, deployment => deployment.Sha == first.Sha);
        Assert.Equal(($"pr{pull.Number}", true, false), (told.Environment, told.IsTransient, told.IsProduction));

        var second = scene.Push(DeliverybotScene.File, "topic");
        await scene.UntilAsync($"pr-{pull.Number}-review", second.Sha, d => d.Phase == Phase.Succeeded);
        await scene.CloseAsync(pull);

        await scene.UntilStatesAsync($"pr{pull.Number}", states => states.All(state => state == "inactive"));
    }

    [Fact]
    [Trait("Row", "D5")]
    public async Task Command_deploys_the_pull_request_to_a_target_by_its_own_name()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        var commit = scene.Push(DeliverybotScene.File, "topic");
        var pull = await scene.OpenAsync("topic");
        await scene.UntilAsync($"pr-{pull.Number}-review", commit.Sha, d => d.Phase == Phase.Succeeded);

        await scene.SayAsync(pull, "/deploy prod_east");
        await scene.UntilAsync("prod-east", commit.Sha, d => d.Phase == Phase.Waiting);
        await scene.StatusAsync(commit.Sha, "ci", CommitState.Success);
        await scene.UntilAsync("prod-east", commit.Sha, d => d.Phase == Phase.Succeeded);
        Assert.Equal("prod_east", (string?)Assert.Single(scene.Web.Deployments.All, deployment => deployment.Environment == "production").Payload!["target"]);

        var before = scene.Web.Deployments.All.Count(deployment => deployment.Environment == $"pr{pull.Number}");
        await scene.SayAsync(pull, "/deploy review");
        await scene.UntilStatesAsync($"pr{pull.Number}", states => states.Count > before);
    }

    [Fact]
    public async Task Fork_is_deployed_neither_by_itself_nor_by_command()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        scene.Web.IsPrivate = false;
        scene.GitHub.World.Accounts.User("eve");
        var fork = scene.GitHub.World.Repositories.Fork(scene.Web, "eve");
        var commit = fork.Push("evil", new Dictionary<string, string?> { [DeliverybotScene.Path] = "review: { auto_deploy_on: pr, required_contexts: [] }\n" }, "x", "eve");
        var pull = await scene.OpenAsync("eve:evil", "eve");
        await scene.SayAsync(pull, "/deploy prod_east");
        await scene.UntilSaidAsync(pull, "comes from a fork");
        Assert.DoesNotContain(scene.Web.Deployments.All, deployment => deployment.Sha == commit.Sha);
        Assert.Empty(await scene.Server.Store.Builds.OfCommitAsync("shop", commit.Sha, default));
    }
}
