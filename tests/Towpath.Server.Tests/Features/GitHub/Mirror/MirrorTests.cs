using System.Net;
using System.Runtime.CompilerServices;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Deployments;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Mirror;

/// <summary>GitHub shows each deployment of a repository's applications, as it is.</summary>
public sealed class MirrorTests
{
    private const string Create = "POST /repos/{owner}/{repo}/deployments";
    private const string Report = "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses";

    private const string Spec = """
        name: site
        repository: acme/web
        artifact: { kind: commit }
        environments:
          production:
            url: https://www.example.com
            approvals: [{ role: staff }]
            target: { kind: fake, fails: sha-bad }
        """;

    private static readonly string Free = Spec.Replace("    approvals: [{ role: staff }]\n", "", StringComparison.Ordinal);

    [Fact]
    public async Task GitHub_shows_a_deployment_from_its_request_to_its_success()
    {
        await using var scene = await StartAsync(Spec);
        var commit = Push(scene, "one");
        var view = await PromoteAsync(scene, commit);

        var shown = await UntilAsync(scene, deployments => deployments.Count == 1 && deployments[0].State == "pending");
        Assert.Equal((commit, "production", true, false), (shown[0].Sha, shown[0].Environment, shown[0].IsProduction, shown[0].IsTransient));
        var waits = shown[0].Statuses[^1];
        Assert.StartsWith("waits for approval by staff", waits.Description, StringComparison.Ordinal);
        Assert.EndsWith($"/deployments/{view.Id}", waits.LogUrl, StringComparison.Ordinal);
        await scene.Server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{view.Id}/approve", new { role = "staff" });

        shown = await UntilAsync(scene, deployments => deployments[0].State == "success");
        Assert.Equal("https://www.example.com/", new Uri(shown[0].Statuses[^1].EnvironmentUrl).AbsoluteUri);
        Assert.Single(scene.GitHub.Calls.Of(Create));
    }

    [Fact]
    [Trait("Row", "D4")]
    public async Task What_stood_in_production_before_becomes_inactive_and_what_failed_shows_why()
    {
        await using var scene = await StartAsync(Free);
        var commits = new List<string>();
        foreach (var text in (string[])["one", "two", "bad"])
        {
            commits.Add(Push(scene, text));
            var view = await PromoteAsync(scene, commits[^1], text == "bad" ? "sha-bad" : null);
            await TestServer.UntilAsync(async () => (await scene.Server.GetAsync<DeploymentView>("ada", $"/api/v1/deployments/{view.Id}")).Phase.IsTerminal() ? "over" : null);
        }

        // GitHub is told of each by itself, and may be told of the second one first.
        var shown = await UntilAsync(scene, all => all.OrderBy(d => commits.IndexOf(d.Sha)).Select(d => d.State).SequenceEqual(["inactive", "success", "failure"]));
        Assert.StartsWith("rolled back to", shown.Single(d => d.Sha == commits[2]).Statuses[^1].Description, StringComparison.Ordinal);
        Assert.True(shown.SelectMany(d => d.Statuses).All(s => s.Description.Length <= 140));
    }

    [Fact]
    public async Task An_outage_of_GitHub_holds_nothing_up_and_the_end_is_told_after_it()
    {
        await using var scene = await StartAsync(Free);
        var commit = Push(scene, "one");
        foreach (var route in (string[])[Create, Report])
            scene.World.Script.Add(new ScriptedFault { On = route, Kind = FaultKind.DropAfter, Times = 2 });
        scene.World.Script.Add(new ScriptedFault { On = Create, Kind = FaultKind.Error, Status = 503, Times = 2 });
        var view = await PromoteAsync(scene, commit);

        await scene.Server.UntilAsync(view.Id.ToString(), Phase.Succeeded);
        var shown = await UntilAsync(scene, all => all.Count > 0 && all[^1].State == "success");
        Assert.Single(shown);
    }

    [Fact]
    public async Task What_GitHub_refuses_is_said_in_the_log_and_not_tried_again()
    {
        await using var scene = await StartAsync(Free);
        var commit = Push(scene, "one");
        scene.World.Script.Add(new ScriptedFault { On = Create, Kind = FaultKind.Error, Status = 422, Message = "No ref found", Times = -1 });
        var view = await PromoteAsync(scene, commit);
        await scene.Server.UntilAsync(view.Id.ToString(), Phase.Succeeded);

        var line = await TestServer.UntilAsync(async () => (await scene.Server.Store.Deployments.LogAsync(new DeploymentId(view.Id.ToString()), 0, 100, CancellationToken.None)).FirstOrDefault(l => l.Step == "github"));
        Assert.Contains("No ref found", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_that_does_not_want_it_is_not_shown()
    {
        await using var scene = await StartAsync(Free + "\ngithub: { deployments: false }");
        var view = await PromoteAsync(scene, Push(scene, "one"));
        await scene.Server.UntilAsync(view.Id.ToString(), Phase.Succeeded);
        Assert.Empty(scene.GitHub.Calls.Of(Create));
        Assert.Null(await scene.Server.Store.Mirrors.GetAsync(new DeploymentId(view.Id.ToString()), CancellationToken.None));
    }

    [Fact]
    [Trait("Row", "D4")]
    public async Task What_a_listener_put_into_production_makes_what_was_there_before_inactive()
    {
        await using var scene = await StartAsync("""
            name: site
            repository: acme/web
            artifact: { kind: commit }
            environments:
              production: { target: { kind: github } }
            """);
        scene.World.Script.OnAfter = call =>
        {
            if (call.Route?.Name == Create) DeploymentListener.Post(scene.Web.Deployments.All.Last(), "success");
            return Task.CompletedTask;
        };
        foreach (var text in (string[])["one", "two"]) await scene.Server.UntilAsync((await PromoteAsync(scene, Push(scene, text))).Id.ToString(), Phase.Succeeded);
        await UntilAsync(scene, all => all.Select(d => d.State).SequenceEqual(["inactive", "success"]));
    }

    [Fact]
    [Trait("Row", "D4")]
    public async Task Closing_a_pull_request_makes_its_transient_deployments_inactive()
    {
        await using var scene = await PullScene.StartAsync("previews: { target: { kind: fake, secret: \"env:PR_{pr}\" } }");
        var pull = await scene.PullAsync(labels: "deploy");
        await UntilAsync(scene.GitHub, all => all.Exists(d => d is { Environment: "pr-1", IsTransient: true, State: "success" }));

        await scene.CallAsync("dev", HttpMethod.Patch, $"repos/acme/web/pulls/{pull.Number}", new System.Text.Json.Nodes.JsonObject { ["state"] = "closed" });
        await UntilAsync(scene.GitHub, all => all.Where(d => d.Environment == "pr-1").All(d => d.State == "inactive"));
    }

    internal static Task<GitHubServer> StartAsync(string spec)
    {
        var folder = new Folder();
        folder.Write("apps/site.yaml", spec);
        return GitHubServer.StartAsync(folder: folder, more: services => services.AddGitHubTarget());
    }

    internal static string Push(GitHubServer scene, string text) => scene.Web.Push("main", new Dictionary<string, string?> { ["a"] = text }, text, "kim").Sha;

    internal static async Task<DeploymentView> PromoteAsync(GitHubServer scene, string commit, string? version = null, string environment = "production")
    {
        var build = await scene.Server.PostAsync<Build>("dev", "/api/v1/builds", new { application = "site", commit, branch = "main", version }, HttpStatusCode.Created);
        return await scene.Server.PostAsync<DeploymentView>("dev", "/api/v1/promotions", new { application = "site", environment, version = build.Version }, HttpStatusCode.Created);
    }

    private static Task<List<GitHubEmulator.Deployments.Deployment>> UntilAsync(GitHubServer scene, Func<List<GitHubEmulator.Deployments.Deployment>, bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") => TestServer.UntilAsync(
        () =>
        {
            lock (scene.World.Gate)
            {
                var all = scene.Web.Deployments.All.ToList();
                return Task.FromResult(isSo(all) ? all : null);
            }
        },
        what: what);
}
