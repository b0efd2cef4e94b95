using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Towpath.Engine.Storage;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Environments;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Tests.Features.GitHub.Configuration;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>What anybody can do who forks a public repository: of the application, and of the configuration.</summary>
[Trait("Attack", "secrets in output")]
public sealed class ForkTests
{
    private const string Secret = "TOWPATH_TEST_OF_FORKS", Canary = "canary-8c1f2e5d";

    private const string Spec = """
        name: site
        title: The site
        repository: acme/web
        artifact: { kind: commit }
        previews: { label: deploy, target: { kind: fake } }
        environments:
          dev:
            auto_deploy: { branch: main }
            target: { kind: fake }
          production:
            target: { kind: fake }
        """;

    [Fact]
    public async Task Pull_request_of_a_fork_can_neither_deploy_nor_change_policy_nor_read_a_secret()
    {
        Environment.SetEnvironmentVariable(Secret, Canary);
        await using var scene = await StartAsync();
        var policy = (await scene.UntilAsync(scene.Head)).Revision;
        var (web, eve) = (scene.Scene.Web, scene.World.Accounts.User("eve"));
        web.IsPrivate = scene.Delivery.IsPrivate = false;

        var fork = scene.World.Repositories.Fork(web, "eve");
        var evil = fork.Push("main", new Dictionary<string, string?> { [".github/workflows/deploy.yaml"] = "jobs: {}" }, "evil", "eve").Sha;
        // Somebody may even have reported a build of it.
        await scene.Server.PostAsync<Towpath.Core.Artifacts.Build>("dev", "/api/v1/builds", new { application = "site", commit = evil }, HttpStatusCode.Created);
        var code = await OpenAsync(web, "eve:main");
        await PostAsync(web, $"issues/{code.Number}/labels", new JsonObject { ["labels"] = new JsonArray("deploy") }, "dev");
        await PostAsync(web, $"issues/{code.Number}/comments", new JsonObject { ["body"] = "/deploy production" }, "eve");
        await PostAsync(web, $"issues/{code.Number}/comments", new JsonObject { ["body"] = "/deploy production" }, "dev");
        var run = RunOf(scene.Scene, fork, evil);

        var config = scene.World.Repositories.Fork(scene.Delivery, "eve");
        config.Push("topic", new Dictionary<string, string?> { ["apps/site.yaml"] = Spec.Replace("title: The site", $"title: \"env:{Secret} ${{{Secret}}} {{{{env.{Secret}}}}}\"", StringComparison.Ordinal) + "\n    approvals: [{ role: staff }]\n" }, "x", "eve");
        var plan = await OpenAsync(scene.Delivery, "eve:topic");

        await UntilAsync(scene.Scene, code, "comes from a fork");
        await UntilAsync(scene.Scene, plan, Secret.Replace("_", "\\_", StringComparison.Ordinal), Secret);
        await TestServer.UntilAsync(() => Task.FromResult(run.Conclusion));
        await scene.Scene.SettledAsync();

        // GitHub gives the secrets of an environment to runs that may go on.
        Assert.Equal(("failure", "rejected"), (run.Conclusion, Assert.Single(run.Gates[0].Said).State));
        Assert.DoesNotContain(await scene.Server.Store.Deployments.ListAsync(new DeploymentFilter("site"), default), deployment => deployment.Commit == evil);
        Assert.Equal(policy, (await scene.ViewAsync()).Revision);
        foreach (var text in Told(scene.Scene, web, scene.Delivery, run))
            foreach (var secret in (string[])[Canary, scene.Scene.Credentials.WebhookSecret!, scene.Scene.Credentials.ClientSecret!, .. scene.Scene.Credentials.PrivateKey!.Split('\n')[1..3], "ghs_"])
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    private static Task<ConfigurationScene> StartAsync() => ConfigurationScene.StartAsync(prepare: world =>
    {
        world.Repositories.Find("acme/delivery")!.Push("main", new Dictionary<string, string?> { ["apps/site.yaml"] = Spec }, "site", "kim");
        world.Accounts.User("dev");
        var web = world.Repositories.Find("acme/web")!;
        web.Collaborators["dev"] = Role.Write;
        web.Push("main", new Dictionary<string, string?> { ["README.md"] = "web" }, "first", "dev");
        var production = new DeployEnvironment(world.NextId(), web, "production");
        production.CustomRules.Add(new CustomRule(world.NextId(), world.Apps.All.Single()));
        web.Environments["production"] = production;
    });

    private static WorkflowRun RunOf(GitHubServer scene, Repository fork, string commit)
    {
        lock (scene.World.Gate)
        {
            var workflow = new Workflow(scene.World.NextId(), scene.Web, ".github/workflows/deploy.yaml") { Plan = new RunPlan { Jobs = [new JobPlan("deploy", ["Run deploy"], "production")] } };
            scene.Web.Workflows.Add(workflow);
            return RunEvents.Start(workflow, "refs/heads/main", commit, "pull_request", scene.World.Accounts.User("eve"), head: fork);
        }
    }

    /// <summary>All that the App said where others can read it.</summary>
    private static List<string> Told(GitHubServer scene, Repository web, Repository delivery, WorkflowRun run)
    {
        lock (scene.World.Gate)
            return
            [
                .. new[] { web, delivery }.SelectMany(repository => repository.Pulls).SelectMany(pull => pull.Issue.Comments).Select(comment => comment.Body),
                .. run.Gates.SelectMany(gate => gate.Said).Select(said => said.Comment),
            ];
    }

    private static async Task<Issue> OpenAsync(Repository repository, string head)
    {
        await PostAsync(repository, "pulls", new JsonObject { ["title"] = "T", ["head"] = head, ["base"] = "main" }, "eve");
        return repository.Pulls[^1].Issue;
    }

    private static async Task PostAsync(Repository repository, string path, JsonObject body, string login)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, repository.Api(path))
        {
            Content = JsonContent.Create(body), Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "ghp_" + login), UserAgent = { new ProductInfoHeaderValue("test", "1") } },
        };
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task<string> UntilAsync(GitHubServer scene, Issue issue, params string[] any) => TestServer.UntilAsync(() =>
    {
        lock (scene.World.Gate)
            return Task.FromResult(issue.Comments.Where(comment => comment.Author.Login == "towpath[bot]").Select(comment => comment.Body).FirstOrDefault(body => any.Any(text => body.Contains(text, StringComparison.Ordinal))));
    });
}
