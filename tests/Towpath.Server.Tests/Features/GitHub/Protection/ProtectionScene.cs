using System.Net;
using Towpath.Core.Artifacts;
using Towpath.Engine.Storage;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Environments;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Protection;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Protection;

/// <summary>The application <c>site</c> of acme/web, where workflow runs wait for environments that Towpath protects.</summary>
internal static class ProtectionScene
{
    public const string AnswerRoute = "POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule";

    public const string Spec = """
        name: site
        repository: acme/web
        artifact: { kind: commit }
        environments:
          staging:
            target: { kind: fake }
          production:
            approvals: [{ role: staff }]
            target: { kind: fake }
        """;

    public static Task<GitHubServer> StartAsync(string spec, string environment, string? database = null, Func<ServerOptions, ServerOptions>? settings = null)
    {
        var folder = new Folder();
        folder.Write("apps/site.yaml", spec);
        return StartAsync(folder, environment, database, settings);
    }

    private static async Task<GitHubServer> StartAsync(Folder folder, string environment, string? database, Func<ServerOptions, ServerOptions>? settings)
    {
        var scene = await GitHubServer.StartAsync(database, folder, more: services => services.AddGitHubTarget(), settings: settings);
        lock (scene.World.Gate)
        {
            var there = new DeployEnvironment(scene.World.NextId(), scene.Web, environment);
            there.CustomRules.Add(new CustomRule(scene.World.NextId(), scene.App));
            scene.Web.Environments[environment] = there;
        }

        return scene;
    }

    public static string Push(GitHubServer scene) => scene.Web.Push("main", new Dictionary<string, string?> { ["a"] = "one" }, "one", "kim").Sha;

    public static Task<Build> BuildAsync(GitHubServer scene, string commit) =>
        scene.Server.PostAsync<Build>("dev", "/api/v1/builds", new { application = "site", commit, branch = "main" }, HttpStatusCode.Created);

    public static Task<DeploymentView> PromoteAsync(GitHubServer scene, Build build, string environment) =>
        scene.Server.PostAsync<DeploymentView>("dev", "/api/v1/promotions", new { application = "site", environment, version = build.Version }, HttpStatusCode.Created);

    public static Workflow AddWorkflow(GitHubServer scene, string environment)
    {
        lock (scene.World.Gate)
        {
            var workflow = new Workflow(scene.World.NextId(), scene.Web, ".github/workflows/deploy.yaml") { Plan = new RunPlan { Jobs = [new JobPlan("deploy", ["Run deploy"], environment)] } };
            scene.Web.Workflows.Add(workflow);
            return workflow;
        }
    }

    public static WorkflowRun Run(GitHubServer scene, string commit, string environment, string by = "push", Repository? head = null, bool ends = true)
    {
        var workflow = AddWorkflow(scene, environment);
        if (!ends) workflow.Plan = workflow.Plan with { RunsFor = null };
        return RunEvents.Start(workflow, "refs/heads/main", commit, by, scene.World.Accounts.User("kim"), head: head);
    }

    public static List<WorkflowRun> Runs(GitHubServer scene)
    {
        lock (scene.World.Gate) return [.. scene.Web.Runs];
    }

    public static List<(string? State, string Comment)> Said(GitHubServer scene, WorkflowRun run)
    {
        lock (scene.World.Gate) return [.. run.Gates.SelectMany(gate => gate.Said).Select(said => (said.State, said.Comment))];
    }

    public static Task<string> UntilSaidAsync(GitHubServer scene, WorkflowRun run, string? state) =>
        TestServer.UntilAsync(() => Task.FromResult(Said(scene, run).Where(said => said.State == state).Select(said => said.Comment).LastOrDefault()));

    public static Task<ProtectionRequest?> RequestAsync(GitHubServer scene, WorkflowRun run, string environment) =>
        scene.Server.Store.Mirrors.RequestAsync(scene.Web.Id, run.Id, environment, CancellationToken.None);

    public static async Task UntilAnsweredAsync(GitHubServer scene, WorkflowRun run, string environment, string answer) =>
        Assert.Equal(answer, (await TestServer.UntilAsync(async () => await RequestAsync(scene, run, environment) is { Answer: not null } request ? request : null)).Answer);

    /// <summary>Has the run looked at now, as when somebody tells that something changed.</summary>
    public static async Task LookAsync(GitHubServer scene, WorkflowRun run, string environment)
    {
        var request = await RequestAsync(scene, run, environment);
        Assert.IsType<CommitOutcome.Committed>(await scene.Server.Store.CommitAsync(new Towpath.Engine.Storage.Commit { Changes = [ProtectionWork.Of(request!)] }, CancellationToken.None));
    }
}
