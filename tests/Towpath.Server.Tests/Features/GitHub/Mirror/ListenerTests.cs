using Towpath.Core.Deployments;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator.Deployments;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Mirror;

/// <summary>An external listener does the work of a whole control plane, and answers with deployment statuses (rows D1, D8).</summary>
public sealed class ListenerTests
{
    [Fact]
    [Trait("Row", "D5")]
    public async Task A_pull_requests_comment_says_where_the_listener_put_it()
    {
        await using var scene = await PullScene.StartAsync(web: $"{Spec.Replace("name: site", "name: web", StringComparison.Ordinal).Replace("            auto_deploy: { branch: main }\n", "", StringComparison.Ordinal)}\n", services: services => services.AddGitHubTarget());
        scene.GitHub.World.Script.OnAfter = call =>
        {
            if (call.Route?.Name == "POST /repos/{owner}/{repo}/deployments") DeploymentListener.Post(scene.Web.Deployments.All.Last(), "success", environmentUrl: "https://staging.example.com/told");
            return Task.CompletedTask;
        };
        var pull = await scene.PullAsync(built: false);
        await scene.SayAsync(pull, "/deploy staging");
        await scene.UntilShownAsync(pull.Issue, "[See it](<https://staging.example.com/told>)");
        Assert.Equal("https://staging.example.com/told", (await scene.Server.GetAsync<ApplicationView>("ada", "/api/v1/applications/web")).Environments.Single().Url);
        Assert.Equal("https://staging.example.com/told", (await scene.Server.GetAsync<BoardView>("ada", "/api/v1/board")).Applications.Single(one => one.Name == "web").Environments.Single().Url);
    }

    private const string Spec = """
        name: site
        repository: acme/web
        artifact: { kind: commit }
        environments:
          staging:
            auto_deploy: { branch: main }
            target: { kind: github }
        """;

    [Fact]
    [Trait("Row", "D1")]
    [Trait("Row", "D8")]
    public async Task A_listener_is_told_of_a_push_and_its_word_is_the_outcome()
    {
        var folder = new Folder();
        folder.Write("apps/site.yaml", Spec);
        await using var scene = await GitHubServer.StartAsync(folder: folder, more: services => services.AddGitHubTarget());
        // It knows nothing of Towpath: it sees the deployment, works, and posts statuses.
        scene.World.Script.OnAfter = call =>
        {
            if (call.Route?.Name != "POST /repos/{owner}/{repo}/deployments") return Task.CompletedTask;
            var made = scene.Web.Deployments.All.Last();
            DeploymentListener.Post(made, "in_progress", description: "at it");
            scene.World.Scheduler.After(TimeSpan.FromMilliseconds(200), () => DeploymentListener.Post(made, "success", environmentUrl: "https://staging.example.com"));
            return Task.CompletedTask;
        };
        var commit = scene.Web.Push("main", new Dictionary<string, string?> { ["a"] = "1" }, "one", "kim").Sha;

        // The push is all that happens: it is the build of what has no bytes of its own.
        var ended = await TestServer.UntilAsync(async () =>
            (await scene.Server.GetAsync<DeploymentList>("ada", "/api/v1/deployments?application=site")).Deployments.FirstOrDefault(deployment => deployment.Phase.IsTerminal()));

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        var told = Assert.Single(scene.Web.Deployments.All);
        Assert.Equal((commit, "staging", ended.Id.ToString()), (told.Sha, told.Environment, (string?)told.Payload!["towpath"]!["deployment"]));
    }
}
