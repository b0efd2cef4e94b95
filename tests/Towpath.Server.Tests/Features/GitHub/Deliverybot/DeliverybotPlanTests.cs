using Towpath.Core.Commands;
using Towpath.GitHubEmulator.Pulls;
using Towpath.Server.Tests.Scene;
using Towpath.Testing;

namespace Towpath.Server.Tests.Features.GitHub.Deliverybot;

/// <summary>A pull request that changes its repository's Deliverybot file is told what comes of it.</summary>
[Trait("Row", "D2")]
public sealed class DeliverybotPlanTests
{
    private static readonly string Changed = DeliverybotScene.File
        .Replace("auto_deploy_on: refs/heads/main", "auto_deploy_on: refs/heads/next", StringComparison.Ordinal)
        .Replace("prod_east", "prod-west", StringComparison.Ordinal);

    [Fact]
    public async Task Plan_is_one_comment_that_follows_the_pushes_and_nothing_comes_into_force()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        var good = scene.Push(DeliverybotScene.File);
        await scene.InForceAsync(good);
        scene.Push(Changed, "topic");
        var pull = await scene.OpenAsync("topic");

        var plan = await scene.UntilSaidAsync(pull, "staging: auto\\_deploy: branch main → branch next");
        foreach (var line in (string[])["**application shop**", "prod-west: is added", "prod-east: is removed; what runs there stays"]) Assert.Contains(line, plan, StringComparison.Ordinal);

        scene.Push(DeliverybotScene.File.Replace("required_contexts: [\"ci\"]\n  environment: staging", "environment: staging", StringComparison.Ordinal), "topic");
        plan = await scene.UntilSaidAsync(pull, "required\\_checks: ci → all");
        Assert.Contains("`.github/deploy.yml:1` staging: there are no 'required\\_contexts'", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("default branch", plan, StringComparison.Ordinal);

        scene.Push(DeliverybotScene.File + "\n# the same\n", "topic");
        await scene.UntilSaidAsync(pull, "This changes nothing about any policy");
        scene.Push(DeliverybotScene.File, "topic");
        await scene.UntilSaidAsync(pull, "This leaves the configuration as it is");
        Assert.Single(Plans(scene, pull));
        Assert.Equal(good.Sha, (await scene.ViewAsync()).Commit);
        Assert.Equal(["staging", "prod-east"], (await scene.EnvironmentsAsync()).Select(key => key.Environment));
    }

    [Fact]
    public async Task First_file_and_deletion_are_planned()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        scene.Push(DeliverybotScene.File, "first");
        var first = await scene.OpenAsync("first");
        var plan = await scene.UntilSaidAsync(first, "is added, with staging, prod-east");
        Assert.Contains("this file counts as it stands on the default branch", plan, StringComparison.Ordinal);

        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        scene.Push(file: null, "last");
        await scene.UntilSaidAsync(await scene.OpenAsync("last"), "is removed, with staging, prod-east; what runs there stays");
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        scene.Push("staging:\n  auto_merge: maybe\n", "topic");
        var pull = await scene.OpenAsync("topic");
        await scene.UntilSaidAsync(pull, "- `.github/deploy.yml:2:15` ");
        scene.Push($"# {new string('x', 1024 * 1024)}\n", "topic");
        await scene.UntilSaidAsync(pull, "`.github/deploy.yml:1:1` It is too large");
        Assert.Single(Plans(scene, pull));
    }

    [Fact]
    [Trait("Attack", "markdown injection")]
    public async Task Fork_gets_its_plan_with_hostile_names_as_text_and_changes_nothing()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        var good = scene.Push(DeliverybotScene.File);
        await scene.InForceAsync(good);
        scene.Web.IsPrivate = false;
        scene.GitHub.World.Accounts.User("eve");
        var fork = scene.GitHub.World.Repositories.Fork(scene.Web, "eve");
        var hostile = string.Concat(Hostile.Texts.Where(text => !text.Any(char.IsControl)).Select((text, i) => $"\"{Yaml(text)}{i}\":\n  auto_deploy_on: \"{Yaml(text)}\"\n  \"{Yaml(text)}\": 1\n  environment: \"{Yaml(text)}\"\n"));
        fork.Push("topic", new Dictionary<string, string?> { [DeliverybotScene.Path] = hostile }, "x", "eve");
        var pull = await scene.OpenAsync("eve:topic", "eve");

        var plan = await scene.UntilSaidAsync(pull, "When this is merged");
        Assert.Null(Hostile.HarmIn(plan[PlanComment.Marker.Length..]));
        Assert.Equal(good.Sha, (await scene.ViewAsync()).Commit);
        Assert.Equal(2, (await scene.EnvironmentsAsync()).Length);
    }

    [Fact]
    public async Task Pull_request_that_leaves_the_file_alone_or_goes_elsewhere_gets_none()
    {
        await using var scene = await DeliverybotScene.StartAsync();
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        scene.Push(DeliverybotScene.File, "same");
        var silent = await scene.OpenAsync("same");
        scene.Push(Changed, "topic");
        await scene.UntilSaidAsync(await scene.OpenAsync("topic"), "prod-west: is added");
        await scene.GitHub.SettledAsync();
        Assert.Empty(Plans(scene, silent));
    }

    [Fact]
    public async Task File_whose_place_an_app_spec_takes_is_told_to_count_for_nothing()
    {
        var folder = new Folder();
        folder.Write("apps/shop.yaml", Folder.Other.Replace("name: other", "name: shop", StringComparison.Ordinal));
        await using var scene = await DeliverybotScene.StartAsync(folder: folder);
        await scene.InForceAsync(scene.Push(DeliverybotScene.File));
        scene.Push(Changed, "topic");
        var plan = await scene.UntilSaidAsync(await scene.OpenAsync("topic"), "'apps/shop.yaml' counts instead of this file");
        Assert.Contains("This changes nothing about any policy", plan, StringComparison.Ordinal);
    }

    private static string Yaml(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static List<string> Plans(DeliverybotScene scene, Pull pull)
    {
        lock (scene.GitHub.World.Gate) return [.. pull.Issue.Comments.Select(comment => comment.Body).Where(body => body.StartsWith(PlanComment.Marker, StringComparison.Ordinal))];
    }
}
