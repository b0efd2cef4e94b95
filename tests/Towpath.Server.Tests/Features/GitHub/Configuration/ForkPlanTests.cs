using Towpath.Core.Facts;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Configuration;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Configuration;

/// <summary>Anybody may open a pull request from a fork in a public repository: what it makes Towpath read is bounded.</summary>
[Trait("Attack", "denial of service")]
public sealed class ForkPlanTests
{
    private const string Contents = "GET /repos/{owner}/{repo}/contents/{path}";

    private static readonly ConfigurationRepository Ours = new("acme/delivery");

    [Fact]
    public async Task Fork_that_changes_many_files_is_told_so_and_none_of_them_is_read()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        var fork = Fork(scene);
        fork.Push("topic", Enumerable.Range(0, ForkBudget.MostFiles + 1).ToDictionary(i => $"apps/a{i}.yaml", i => (string?)$"name: a{i}\n", StringComparer.Ordinal), "many", "eve");
        var before = scene.Scene.GitHub.Calls.Of(Contents).Count;
        var number = await PlanCommentTests.OpenAsync(scene, "eve:topic", "eve");

        var told = await PlanCommentTests.UntilAsync(scene, number, "There is no plan");
        Assert.Contains($"up to {ForkBudget.MostFiles} files of the configuration that differ", told, StringComparison.Ordinal);
        Assert.Equal(before, scene.Scene.GitHub.Calls.Of(Contents).Count);
    }

    [Fact]
    public async Task Fork_that_changes_as_many_as_the_bound_is_planned_and_no_more_is_read_of_it()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        var fork = Fork(scene);
        var many = Enumerable.Range(0, ForkBudget.MostFiles + 1).ToDictionary(i => $"apps/a{i}.yaml", i => (string?)Folder.Other.Replace("name: other", $"name: a{i}", StringComparison.Ordinal), StringComparer.Ordinal);
        fork.Push("old", many, "many", "eve");
        fork.Push("old", new Dictionary<string, string?> { ["apps/a0.yaml"] = null }, "less", "eve");
        var number = await PlanCommentTests.OpenAsync(scene, "eve:old", "eve");
        await PlanCommentTests.UntilAsync(scene, number, "**application a1**");
        var head = scene.Delivery.Pulls[^1].HeadSha;
        Assert.InRange(scene.Scene.GitHub.Calls.Of(Contents).Count(call => call.Query.Contains(head, StringComparison.Ordinal)), 1, ForkBudget.MostFiles);
    }

    [Fact]
    public async Task Pushes_to_a_fork_are_gathered_and_those_of_the_repository_are_not_held_up()
    {
        var pace = new PlanPace(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));
        var reaction = new PlanReaction(new ServerOptions { Urls = [], DataFolder = "", ConfigurationFolder = "", ConfigurationRepository = Ours }, pace);
        foreach (var isFork in (bool[])[false, true])
        {
            var pull = new PullFact
            {
                RepositoryId = 7, Number = 1, HeadSha = new string('a', 40), HeadRef = "topic", HeadRepositoryId = isFork ? 8 : 7, BaseRef = "main", IsOpen = true, IsMerged = false, IsDraft = false, Labels = [], UpdatedAt = DateTimeOffset.UnixEpoch,
            };
            var told = new WebhookEvent.PullRequest(pull, null) { Action = "synchronize", Repository = new RepositoryName(7, Ours.Repository, 9, 1, false, DateTimeOffset.UnixEpoch) };
            var delivery = new Delivery { Guid = Guid.CreateVersion7(), Event = "pull_request", Action = "synchronize", RepositoryId = 7, ReceivedAt = DateTimeOffset.UnixEpoch, State = DeliveryState.Pending, Length = 0 };
            var work = Assert.IsType<Change.EnqueueOnce>(Assert.Single(await reaction.ChangesAsync(delivery, told, TestContext.Current.CancellationToken)));
            Assert.Equal(isFork ? pace.Forks : pace.Own, work.Item.Delay);
        }
    }

    [Fact]
    public void What_all_forks_together_had_read_in_an_hour_is_bounded_and_goes_on_in_the_next()
    {
        var time = new Towpath.Testing.VirtualTime();
        var budget = new ForkBudget(time);
        var at = new GitHubRepository(1, "acme", "delivery");
        for (var i = 0; i < 10; i++) budget.Spend(at, 50);
        var limited = Assert.Throws<GitHubLimitedException>(() => budget.Spend(at, 1));
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromHours(1), limited.Until);
        time.AdvanceTo(limited.Until);
        budget.Spend(at, 50);
    }

    [Fact]
    public async Task Budget_is_asked_before_GitHub_is_and_those_of_the_repository_are_planned_all_the_same()
    {
        const string pull = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        var budget = scene.Server.Running.Services.GetRequiredService<ForkBudget>();
        for (var i = 0; i < 10; i++) budget.Spend(new GitHubRepository(1, "acme", "delivery"), 50);
        Fork(scene).Push("topic", new Dictionary<string, string?> { ["apps/web.yaml"] = ConfigurationScene.Titled("Eve") }, "x", "eve");
        var forks = await PlanCommentTests.OpenAsync(scene, "eve:topic", "eve");
        await scene.Scene.SettledAsync();
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("Ours"), "topic");
        var own = await PlanCommentTests.OpenAsync(scene, "topic");
        await PlanCommentTests.UntilAsync(scene, own, "title: The web → Ours");

        Assert.All(scene.Scene.GitHub.Calls.Of(pull), call => Assert.EndsWith($"/pulls/{own}", call.Path, StringComparison.Ordinal));
        Assert.Empty(PlanCommentTests.Comments(scene, forks));
    }

    private static GitHubEmulator.Repositories.Repository Fork(ConfigurationScene scene)
    {
        scene.Delivery.IsPrivate = false;
        scene.World.Accounts.User("eve");
        return scene.World.Repositories.Fork(scene.Delivery, "eve");
    }
}
