using System.Net;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Deployments;
using Towpath.GitHubEmulator.Environments;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;
using static Towpath.Server.Tests.Features.GitHub.Protection.ProtectionScene;

namespace Towpath.Server.Tests.Features.GitHub.Repositories;

/// <summary>An application acts in the repository that its spec means, and in no other that has the name by now, whatever other specs say of it.</summary>
[Trait("Attack", "confused deputy")]
public sealed class MeantRepositoryTests
{
    private const string Site = """
        name: site
        repository: acme/web
        artifact: { kind: commit }
        environments:
          plain: { target: { kind: fake } }
          listened: { target: { kind: github, within: 1s } }
        """;

    private const string ByInfra = """
        name: site
        repository: acme/web
        artifact: { kind: commit }
        environments:
          live:
            target: { kind: github, repository: acme/infra, within: 1s }
        """;

    [Fact]
    public async Task Application_that_means_the_old_repository_acts_not_in_the_new_one_that_another_application_means()
    {
        await using var scene = await StartAsync(Site);
        var commit = Push(scene);
        var build = await BuildAsync(scene, commit);
        await UntilEndedAsync(scene, "plain", build);
        await UntilShownAsync(scene.Web, commit);

        var again = await TakeAsync(scene, scene.Web, "acme/web");
        // Whoever writes the other spec means the new one, which says nothing of this application's.
        await ConfigureAsync(scene, "apps/shop.yaml", $$"""
            name: shop
            repository: acme/web
            artifact: { kind: commit }
            builds: { ids: { repository: {{again.Id}}, owner: {{again.Owner.Id}} } }
            environments: { plain: { target: { kind: fake } } }
            """);
        var before = scene.Web.Deployments.All.Count();
        var plain = await UntilEndedAsync(scene, "plain", build);
        var listened = await UntilEndedAsync(scene, "listened", build);
        Assert.Equal(Phase.Succeeded, plain.Phase);
        var said = await TestServer.UntilAsync(async () => (await scene.Server.Store.Deployments.LogAsync(new DeploymentId(plain.Id.ToString()), 0, 100, default)).FirstOrDefault(line => line.Step == "github"));
        Assert.Contains("another repository than the one that is meant", said.Text, StringComparison.Ordinal);
        Assert.Equal(Phase.Failed, listened.Phase);
        Assert.Contains($"acme/web is another repository than the one that is meant: GitHub's id is {again.Id}", listened.Outcome, StringComparison.Ordinal);
        Assert.Contains("write `builds: { ids:", listened.Outcome, StringComparison.Ordinal);

        var theirs = again.Refs["refs/heads/main"];
        var shop = await scene.Server.PostAsync<Build>("dev", "/api/v1/builds", new { application = "shop", commit = theirs }, HttpStatusCode.Created);
        await scene.Server.PostAsync<DeploymentView>("dev", "/api/v1/promotions", new { application = "shop", environment = "plain", version = shop.Version }, HttpStatusCode.Created);
        await UntilShownAsync(again, theirs);
        Assert.Equal(before, scene.Web.Deployments.All.Count());
        Assert.All(again.Deployments.All, made => Assert.Equal(theirs, made.Sha));
    }

    [Fact]
    [Trait("Row", "C5")]
    public async Task Repository_of_the_target_is_the_one_that_the_name_meant_first_until_the_spec_says_otherwise()
    {
        await using var scene = await StartAsync(ByInfra);
        var infra = scene.World.Repositories.Create("acme/infra");
        infra.Listener = "success";
        var commit = Push(scene);
        lock (scene.World.Gate) infra.Network.Add(scene.Web.Network.Find(commit)!);
        var build = await BuildAsync(scene, commit);
        await UntilEndedAsync(scene, "live", build);
        Assert.Single(infra.Deployments.All);

        var again = await TakeAsync(scene, infra, "acme/infra");
        lock (scene.World.Gate) again.Network.Add(scene.Web.Network.Find(commit)!);
        var refused = await UntilEndedAsync(scene, "live", build);
        Assert.Equal(Phase.Failed, refused.Phase);
        Assert.Contains($"acme/infra is another repository than the one that is meant: GitHub's id is {again.Id} of owner {again.Owner.Id}, and it was {infra.Id}", refused.Outcome, StringComparison.Ordinal);
        Assert.Contains($"write `ids: {{ repository: {again.Id}, owner: {again.Owner.Id} }}` into the target", refused.Outcome, StringComparison.Ordinal);
        Assert.Empty(again.Deployments.All);

        // What runs there asks in vain, too.
        var run = Ask(scene, again, commit, "live");
        Assert.Contains("another repository than the one that is meant", await UntilSaidAsync(scene, run, state: null), StringComparison.Ordinal);
        Assert.DoesNotContain(Said(scene, run), said => said.State is not null);

        await ConfigureAsync(scene, "apps/site.yaml", ByInfra.Replace("acme/infra,", $"acme/infra, ids: {{ repository: {again.Id}, owner: {again.Owner.Id} }},", StringComparison.Ordinal));
        again.Listener = "success";
        Assert.Equal(Phase.Succeeded, (await UntilEndedAsync(scene, "live", build)).Phase);
        Assert.Single(again.Deployments.All, made => made.Creator.Login == "towpath[bot]");
    }

    [Theory]
    [InlineData("repository: acme/other", true)]
    [InlineData("repository: acme/web", false)]
    public async Task Deployment_stays_with_the_repository_that_it_began_with_whatever_the_spec_means_meanwhile(string repository, bool isOthers)
    {
        await using var scene = await StartAsync(Site.Replace("within: 1s", "within: 1h", StringComparison.Ordinal));
        var other = scene.World.Repositories.Create("acme/other");
        var commit = Push(scene);
        var asked = await PromoteAsync(scene, await BuildAsync(scene, commit), "listened");
        var made = await TestServer.UntilAsync(() =>
        {
            lock (scene.World.Gate) return Task.FromResult(scene.Web.Deployments.All.FirstOrDefault(d => d.Environment == "listened"));
        });
        var ids = isOthers ? $"repository: {other.Id}, owner: {other.Owner.Id}" : $"repository: {scene.Web.Id + 1}, owner: {scene.Web.Owner.Id}";
        await ConfigureAsync(scene, "apps/site.yaml", Site.Replace("within: 1s", "within: 1h", StringComparison.Ordinal).Replace("repository: acme/web", $"{repository}\nbuilds: {{ ids: {{ {ids} }} }}", StringComparison.Ordinal));
        var finder = scene.Server.Running.Services.GetRequiredService<IRepositoryFinder>();
        // Until the target believes nothing any more of what was so before.
        if (!isOthers) await TestServer.UntilAsync(async () => await Record.ExceptionAsync(() => finder.FindAsync(new WantedRepository("site", "acme/web") { IsOwn = true }, default)) as GitHubConfigurationException);
        lock (scene.World.Gate) DeploymentListener.Post(made, "success");

        var ended = await TestServer.UntilAsync(async () => await scene.Server.GetAsync<DeploymentView>("ada", $"/api/v1/deployments/{asked.Id}") is { } view && view.Phase.IsTerminal() ? view : null);
        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        Assert.Empty(other.Deployments.All);
    }

    private static Task<GitHubServer> StartAsync(string spec)
    {
        var folder = new Folder();
        folder.Write("apps/site.yaml", spec);
        return GitHubServer.StartAsync(folder: folder, more: services => services.AddGitHubTarget(), settings: options => options with { Limits = options.Limits with { Trusted = true } });
    }

    /// <summary>The repository is renamed, and the name taken by another one; the control plane has heard of both.</summary>
    private static async Task<Repository> TakeAsync(GitHubServer scene, Repository renamed, string name)
    {
        await scene.SettledAsync();
        // Later than what was told: of two names of one instant nobody could tell which is newer.
        scene.World.Time.Advance(TimeSpan.FromMinutes(1));
        scene.World.Repositories.Rename(renamed, "portal");
        await scene.SettledAsync();
        scene.World.Time.Advance(TimeSpan.FromMinutes(1));
        var again = scene.World.Repositories.Create(name);
        again.Push("main", new Dictionary<string, string?> { ["evil.txt"] = "evil" }, "theirs", "kim");
        await TestServer.UntilAsync(async () => await scene.Server.Store.Facts.RepositoryAsync(name, default) is { } known && known.RepositoryId == again.Id ? known : null);
        // For so long the target believes what it found last.
        var finder = scene.Server.Running.Services.GetRequiredService<IRepositoryFinder>();
        await TestServer.UntilAsync(async () => await Record.ExceptionAsync(() => finder.FindAsync(new WantedRepository("site", name) { IsOwn = name == "acme/web" }, default)) as GitHubConfigurationException);
        return again;
    }

    private static async Task ConfigureAsync(GitHubServer scene, string file, string text)
    {
        scene.Server.Folder.Write(file, text);
        await TestServer.UntilAsync(async () => (await scene.Server.Store.Configuration.CurrentAsync(default))!.Files.GetValueOrDefault(file)?.Contains("ids", StringComparison.Ordinal) is true ? "meant" : null);
    }

    private static async Task<DeploymentView> UntilEndedAsync(GitHubServer scene, string environment, Build build)
    {
        var asked = await PromoteAsync(scene, build, environment);
        return await TestServer.UntilAsync(async () => await scene.Server.GetAsync<DeploymentView>("ada", $"/api/v1/deployments/{asked.Id}") is { } view && view.Phase.IsTerminal() ? view : null);
    }

    private static Task<string> UntilShownAsync(Repository repository, string commit) => TestServer.UntilAsync(() =>
    {
        lock (repository.World.Gate) return Task.FromResult(repository.Deployments.All.Any(made => made.Sha == commit && made.State == "success") ? "shown" : null);
    });

    private static WorkflowRun Ask(GitHubServer scene, Repository repository, string commit, string environment)
    {
        lock (scene.World.Gate)
        {
            var there = new DeployEnvironment(scene.World.NextId(), repository, environment);
            there.CustomRules.Add(new CustomRule(scene.World.NextId(), scene.App));
            repository.Environments[environment] = there;
            var workflow = new Workflow(scene.World.NextId(), repository, ".github/workflows/deploy.yaml") { Plan = new RunPlan { Jobs = [new JobPlan("deploy", ["Run deploy"], environment)] } };
            repository.Workflows.Add(workflow);
            return RunEvents.Start(workflow, "refs/heads/main", commit, "push", scene.World.Accounts.User("kim"));
        }
    }
}
