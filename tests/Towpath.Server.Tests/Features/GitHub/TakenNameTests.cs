using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Tests.Features.GitHub.Watches;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>A repository was renamed, and its name taken by another one of whoever may make repositories there.</summary>
[Trait("Attack", "confused deputy")]
public sealed class TakenNameTests(PostgresServer postgres)
{
    private static readonly EnvironmentKey Dev = new("site", "dev");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Push_is_not_deployed_and_its_watch_says_so_until_the_spec_means_the_new_repository(bool onPostgres)
    {
        await using var scene = await WatchScene.StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        var own = scene.Push("main");
        await scene.UntilEndedAsync(Dev, own.Sha);

        var (again, theirs) = await TakeAsync(scene);
        var watch = await scene.UntilWatchAsync(Dev, watch => watch.RepositoryId == again.Id);
        Assert.Equal((WatchState.Waiting, theirs.Sha), (watch.State, watch.Sha));
        Assert.Contains($"and it was {scene.Web.Id} of owner {scene.Web.Owner.Id}. That one was deleted or renamed, and the name taken again", (await scene.ShownAsync()).WaitsFor, StringComparison.Ordinal);
        Assert.Equal([own.Sha], (await scene.DeploymentsAsync(Dev)).Select(d => d.Commit));
        Assert.Empty(await scene.Server.Store.Builds.OfCommitAsync("site", theirs.Sha, Token));
        var refusal = await Assert.ThrowsAsync<GitHubConfigurationException>(() => scene.Server.Running.Services.GetRequiredService<GitHubRepositories>().FindAsync(new WantedRepository("site", "acme/web"), Token));
        Assert.Contains("another repository", refusal.Message, StringComparison.Ordinal);

        scene.Server.Folder.Write("apps/site.yaml", $"{scene.Spec}builds: {{ ids: {{ repository: {again.Id}, owner: {again.Owner.Id} }} }}\n");
        await TestServer.UntilAsync(async () => (await scene.Server.Store.Configuration.CurrentAsync(Token))!.Files["apps/site.yaml"].Contains("ids", StringComparison.Ordinal) ? "meant" : null);
        var meant = Push(scene, again, "meant");
        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, meant.Sha)).Phase);
    }

    [Fact]
    public async Task Push_takes_nothing_from_what_the_own_repository_waits_for()
    {
        await using var scene = await WatchScene.StartAsync(artifact: """{ kind: static-site, source: "builds/{slug}/{sha}.zip" }""");
        var own = scene.Push("main");
        await scene.UntilWatchAsync(Dev, watch => watch.Sha == own.Sha);

        await TakeAsync(scene);
        await scene.SettledAsync();
        Assert.Equal(own.Sha, Assert.Single(await scene.WatchesAsync()).Sha);
    }

    [Fact]
    public async Task Its_checks_open_no_gate_of_the_own_repository()
    {
        await using var scene = await WatchScene.StartAsync(spec: """
            environments:
              dev:
                auto_deploy: { branch: main }
                required_checks: [ci]
                target: { kind: fake }
            """);
        var own = scene.Push("main");
        await scene.UntilAsync(Dev, own.Sha, d => d.Phase == Phase.Waiting);

        var (again, _) = await TakeAsync(scene);
        await scene.GitHub.SettledAsync();
        // They push the very same commit there.
        lock (scene.World.Gate) again.Network.Add(own);
        CheckEvents.Report(again, scene.World.Apps.Actions, own.Sha, "ci", "success");
        await scene.SettledAsync();
        var waiting = Assert.Single(await scene.DeploymentsAsync(Dev));
        await scene.Server.Store.CommitAsync(new Engine.Storage.Commit { Changes = [Engine.Work.Transitions.EvaluateGates(waiting.Id, TimeSpan.Zero)] }, Token);
        var looked = await scene.UntilAsync(Dev, own.Sha, d => d.Gates is { } gates && Core.Gates.ChecksGate.IsUnavailable(gates));
        Assert.Contains(Core.Gates.GateWords.Lines(looked.Gates!), line => line.Text.Contains("another repository", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commands_previews_and_releases_of_it_are_refused_and_change_nothing()
    {
        await using var scene = await PullScene.StartAsync(more: """
            releases: { tag: "v{version}" }
            previews: { label: deploy, target: { kind: fake } }
            """);
        var pull = await scene.PullAsync();
        Assert.Equal(PullCommandState.Accepted, (await scene.AskAsync(pull, "/status")).State);
        scene.GitHub.World.Repositories.Rename(scene.Web, "portal");
        var again = scene.GitHub.World.Repositories.Create("acme/web");
        again.Collaborators["dev"] = Role.Write;
        var theirs = again.Push("topic", new Dictionary<string, string?> { ["evil.txt"] = "evil" }, "theirs", "dev");
        // Their commit may well have a build: it is in the own repository too, perhaps.
        await scene.Server.BuildAsync(theirs.Sha, "theirs");

        var number = (long)(await scene.CallAsync("dev", HttpMethod.Post, "repos/acme/web/pulls", new JsonObject { ["title"] = "Topic", ["head"] = "topic", ["base"] = "main" }))["number"]!;
        await scene.CallAsync("dev", HttpMethod.Post, $"repos/acme/web/issues/{number}/labels", new JsonObject { ["labels"] = new JsonArray("deploy") });
        var comment = (long)(await scene.CallAsync("dev", HttpMethod.Post, $"repos/acme/web/issues/{number}/comments", new JsonObject { ["body"] = "/deploy free" }))["id"]!;
        await scene.CallAsync("dev", HttpMethod.Post, "repos/acme/web/releases", new JsonObject { ["tag_name"] = "v1.0.0", ["target_commitish"] = theirs.Sha });
        var command = await TestServer.UntilAsync(async () => await scene.Store.Facts.CommandAsync(again.Id, comment, Token) is { State: not PullCommandState.Asked } answered ? answered : null);
        var refused = await TestServer.UntilAsync(async () => (await scene.Store.Audit.RecentAsync("web", null, 20, Token)).FirstOrDefault(entry => entry.Action == "release.refused"));
        await scene.GitHub.SettledAsync();
        var key = new EnvironmentKey($"pull-previews:{again.Id}", $"{number}");
        await TestServer.UntilAsync(async () => (await scene.Store.Deployments.LineAsync(key, Token)).Count == 0 ? "quiet" : null);

        Assert.Equal(PullCommandState.Refused, command.State);
        Assert.Contains("the name taken again", command.Note, StringComparison.Ordinal);
        Assert.Contains("the name taken again", refused.Details, StringComparison.Ordinal);
        Assert.Null(await scene.Store.Builds.FindByVersionAsync("web", "v1.0.0", Token));
        Assert.Empty(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), Token));
    }

    [Fact]
    [Trait("Row", "P2")]
    public async Task Draft_that_cannot_be_is_told_of_in_one_line_once()
    {
        await using var scene = await PullScene.StartAsync(more: "releases: { tag: \"v{version}\" }\n");
        await scene.AskAsync(await scene.PullAsync(), "/status");
        scene.GitHub.World.Repositories.Rename(scene.Web, "portal");
        var again = scene.GitHub.World.Repositories.Create("acme/web");
        again.Push("main", new Dictionary<string, string?> { ["evil.txt"] = "evil" }, "theirs", "dev");
        await TestServer.UntilAsync(async () => await scene.Store.Facts.RepositoryAsync("acme/web", Token) is { } known && known.RepositoryId == again.Id ? known : null);
        var drafts = scene.Server.Running.Services.GetServices<IWorkHandler>().Single(handler => handler.Kind == "release-draft");
        // A row that nobody has is looked at, and not finished.
        for (var look = 0; look < 3; look++)
            await Assert.ThrowsAsync<OwnershipLostException>(() => drafts.HandleAsync(new ClaimedWork("1", drafts.Kind, "release-draft:web", "web", null, 1, 0), new WorkSignals(Token, Token, Token)));

        Assert.DoesNotContain("   at ", Assert.Single(scene.Server.Log.Problems, line => line.Contains("there is no draft of its next release: acme/web is another repository", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_the_App_does_not_reach_is_asked_for_once_however_many_applications_have_it()
    {
        var folder = new Folder();
        foreach (var name in (string[])["one", "two", "three"]) folder.Write($"apps/{name}.yaml", $"name: {name}\nrepository: acme/none\nartifact: {{ kind: commit }}\nenvironments: {{ dev: {{ target: {{ kind: fake }} }} }}\n");
        // No rounds but the one that this test goes.
        await using var server = await GitHubServer.StartAsync(folder: folder, settings: options => options with { Engine = options.Engine with { Recurring = false } });
        var asked = 0;
        server.World.Script.OnBefore = call =>
        {
            if (call.Route?.Name == "GET /repos/{owner}/{repo}/installation") Interlocked.Increment(ref asked);
            return Task.CompletedTask;
        };
        await server.Server.Running.Services.GetRequiredService<RepositoryRounds>().GoAsync("a test", application => application.Repository == "acme/none", (_, _) => throw new InvalidOperationException("nobody reaches it"), Token);

        Assert.Equal(1, asked);
    }

    [Fact]
    [Trait("Row", "D5")]
    public async Task Login_that_another_account_took_over_gives_no_commands_until_an_administrator_says_so()
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        Assert.Equal(PullCommandState.Accepted, (await scene.AskAsync(pull, "/lock free so")).State);
        var earlier = Assert.Single(await scene.Store.Access.ListTokensAsync(Token), token => token is { User: "dev", Name: "login by github" });

        scene.GitHub.World.Accounts.Free("dev");
        foreach (var command in new[] { "/unlock free", "/deploy free", "/status" })
        {
            var answer = await scene.AskAsync(pull, command);
            Assert.Equal((command, PullCommandState.Refused), (command, answer.State));
            Assert.Contains($"Another account came as dev before", answer.Note, StringComparison.Ordinal);
            Assert.Contains($"towpath token revoke {earlier.Id}", answer.Note, StringComparison.Ordinal);
        }

        using var revoked = await scene.Server.SendAsync("ada", HttpMethod.Delete, $"/api/v1/tokens/{earlier.Id}");
        Assert.True(revoked.IsSuccessStatusCode);
        Assert.Equal(PullCommandState.Accepted, (await scene.AskAsync(pull, "/unlock free")).State);
    }

    [Theory]
    [InlineData("towpath")]
    [InlineData("Administrator")]
    public async Task Names_that_Towpath_keeps_for_itself_give_no_commands(string login)
    {
        await using var scene = await PullScene.StartAsync();
        var pull = await scene.PullAsync();
        scene.GitHub.World.Accounts.User(login);
        scene.Web.Collaborators[login] = Role.Admin;
        var answer = await scene.AskAsync(pull, "/lock free so", login);
        Assert.Equal(PullCommandState.Refused, answer.State);
        Assert.Contains("is a name that Towpath keeps for itself", answer.Note, StringComparison.Ordinal);
    }

    private static async Task<(Repository Again, GitHubEmulator.Repositories.Commit Theirs)> TakeAsync(WatchScene scene)
    {
        scene.World.Repositories.Rename(scene.Web, "portal");
        await scene.GitHub.SettledAsync();
        var again = scene.World.Repositories.Create("acme/web");
        return (again, Push(scene, again, "theirs"));
    }

    private static GitHubEmulator.Repositories.Commit Push(WatchScene scene, Repository repository, string text)
    {
        scene.World.Time.Advance(TimeSpan.FromSeconds(2));
        return repository.Push("main", new Dictionary<string, string?> { ["a.txt"] = text }, text, "octocat");
    }
}
