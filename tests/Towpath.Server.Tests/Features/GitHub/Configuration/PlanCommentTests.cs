using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Server.Features.GitHub.Configuration;
using Towpath.Server.Tests.Scene;
using Towpath.Testing;

namespace Towpath.Server.Tests.Features.GitHub.Configuration;

/// <summary>A pull request of the configuration's repository is told what it would change.</summary>
[Trait("Row", "T2")]
public sealed class PlanCommentTests
{
    [Fact]
    public async Task Pull_request_gets_its_plan_as_one_comment_that_follows_its_pushes()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        scene.Push("apps/web.yaml", Folder.Web.Replace("approvals: [{ role: staff }, { role: client }]", "approvals: [{ role: staff, count: 2 }]", StringComparison.Ordinal), "topic");
        var number = await OpenAsync(scene, "topic");
        var plan = await UntilAsync(scene, number, "1 of staff, 1 of client → 2 of staff");

        Assert.Contains("**application web**", plan, StringComparison.Ordinal);
        Assert.Contains("approvals given so far count no longer", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("application other", plan, StringComparison.Ordinal);

        scene.Push("apps/new.yaml", Folder.Other.Replace("name: other", "name: new", StringComparison.Ordinal), "topic");
        await UntilAsync(scene, number, "**application new**");
        scene.Push("apps/other.yaml", null, "topic");
        await UntilAsync(scene, number, "**application other**");
        Assert.Single(Comments(scene, number));
        Assert.DoesNotContain(await scene.Server.GetAsync<Towpath.Server.Api.ApplicationList>("ada", "/api/v1/applications") is var list ? list.Applications.Select(a => a.Name) : [], name => name == "new");
    }

    [Fact]
    public async Task Errors_are_told_with_their_place()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        scene.Push("apps/web.yaml", Folder.Web.Replace("kind: fake", "kind: facke", StringComparison.Ordinal), "topic");
        var number = await OpenAsync(scene, "topic");

        var plan = await UntilAsync(scene, number, "This configuration is wrong");
        Assert.Matches("`apps/web.yaml:[0-9]+:[0-9]+`", plan);
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("Right"), "topic");
        await UntilAsync(scene, number, "When this is merged");
        Assert.Single(Comments(scene, number));
    }

    [Fact]
    public async Task Fork_gets_its_plan_with_hostile_names_as_text_and_changes_nothing()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        var good = await scene.UntilAsync(scene.Head);
        scene.Delivery.IsPrivate = false;
        scene.World.Accounts.User("eve");
        var fork = scene.World.Repositories.Fork(scene.Delivery, "eve");
        fork.Push("topic", new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["apps/web.yaml"] = ConfigurationScene.Titled("\"<img src=x> @kim [x](javascript:alert(1)) <!-- towpath:status -->\""),
        }, "x", "eve");
        var number = await OpenAsync(scene, "eve:topic", "eve");

        var plan = await UntilAsync(scene, number, "title: The web");
        Assert.Null(Hostile.HarmIn(plan));
        Assert.DoesNotContain("<!-- towpath:status", plan, StringComparison.Ordinal);
        Assert.Equal(good.Revision, (await scene.ViewAsync()).Revision);
    }

    [Fact]
    public async Task Plan_that_is_made_again_is_the_same_comment_and_others_comments_are_left_alone()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("Again"), "topic");
        var number = await OpenAsync(scene, "topic");
        await UntilAsync(scene, number, "title: The web → Again");
        await PostAsync(scene, $"issues/{number}/comments", new JsonObject { ["body"] = "<!-- towpath:configuration-plan -->\nnot ours" }, "kim");
        for (var i = 0; i < 3; i++)
            Assert.IsType<Towpath.Engine.Storage.CommitOutcome.Committed>(await scene.Server.Store.CommitAsync(
                new Towpath.Engine.Storage.Commit { Changes = [PlanWork.Of(new PullReference(scene.Delivery.Id, number))] }, default));
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("At last"), "topic");

        await UntilAsync(scene, number, "title: The web → At last");
        Assert.Equal(2, Comments(scene, number).Count);
        Assert.Contains("<!-- towpath:configuration-plan -->\nnot ours", Comments(scene, number));
    }

    [Fact]
    public async Task Pull_request_that_leaves_the_configuration_alone_gets_none()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        scene.Push("README.md", "# Other\n", "readme");
        var silent = await OpenAsync(scene, "readme");
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("Loud"), "topic");
        await UntilAsync(scene, await OpenAsync(scene, "topic"), "Loud");
        Assert.Empty(Comments(scene, silent));
    }

    [Fact]
    public async Task Pull_request_that_no_longer_changes_the_configuration_says_so_in_its_comment()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("Loud"), "topic");
        var number = await OpenAsync(scene, "topic");
        await UntilAsync(scene, number, "title: The web → Loud");
        scene.Push("apps/web.yaml", Folder.Web, "topic");
        await UntilAsync(scene, number, "This leaves the configuration as it is");
        Assert.Single(Comments(scene, number));
    }

    [Fact]
    [Trait("Row", "D2")]
    public async Task Repository_of_the_configuration_that_has_a_Deliverybot_file_too_gets_both_in_one_comment()
    {
        await using var scene = await ConfigurationScene.StartAsync(deliverybot: new DeliverybotRepository(new ConfigurationRepository("acme/delivery") { IsOfApplication = true }, "pipeline"));
        await scene.UntilAsync(scene.Head);
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("Both"), "topic");
        scene.Push(".github/deploy.yml", "production: { required_contexts: [] }\n", "topic");
        var number = await OpenAsync(scene, "topic");
        var plan = await UntilAsync(scene, number, "**application pipeline**");
        Assert.Contains("title: The web → Both", plan, StringComparison.Ordinal);
        Assert.Single(Comments(scene, number));
    }

    internal static async Task<long> OpenAsync(ConfigurationScene scene, string head, string login = "kim")
    {
        await PostAsync(scene, "pulls", new JsonObject { ["title"] = "T", ["head"] = head, ["base"] = "main" }, login);
        return scene.Delivery.Pulls[^1].Number;
    }

    private static async Task PostAsync(ConfigurationScene scene, string path, JsonObject body, string login)
    {
        using var http = new HttpClient();
        var request = new HttpRequestMessage(HttpMethod.Post, scene.Delivery.Api(path))
        {
            Content = JsonContent.Create(body), Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "ghp_" + login), UserAgent = { new ProductInfoHeaderValue("test", "1") } },
        };
        Assert.Equal(HttpStatusCode.Created, (await http.SendAsync(request)).StatusCode);
    }

    internal static List<string> Comments(ConfigurationScene scene, long number)
    {
        lock (scene.World.Gate) return [.. scene.Delivery.Pulls.Single(p => p.Number == number).Issue.Comments.Select(c => c.Body)];
    }

    internal static Task<string> UntilAsync(ConfigurationScene scene, long number, string words) =>
        TestServer.UntilAsync(() => Task.FromResult(Comments(scene, number).FirstOrDefault(body => body.Contains(words, StringComparison.Ordinal))), () => string.Join("\n--\n", Comments(scene, number)), $"a comment with '{words}'");
}
