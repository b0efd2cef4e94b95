using Towpath.Engine.Tests.Storage;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Configuration;

/// <summary>Policy comes from the protected branch of a repository, one commit at a time.</summary>
[Trait("Row", "T2")]
public sealed class RepositoryConfigurationTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commit_of_the_branch_is_in_force_and_its_pushes_are_taken_up(bool onPostgres)
    {
        await using var scene = await ConfigurationScene.StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        await scene.UntilAsync(scene.Head);
        Assert.Equal("The web", (await scene.Server.GetAsync<ApplicationList>("vera", "/api/v1/applications")).Applications.Single(a => a.Name == "web").Title);

        var pushed = scene.Push("apps/web.yaml", ConfigurationScene.Titled("The new web"));
        await scene.UntilAsync(pushed);

        Assert.Equal("The new web", (await scene.Server.GetAsync<ApplicationList>("vera", "/api/v1/applications")).Applications.Single(a => a.Name == "web").Title);
    }

    [Fact]
    public async Task Push_that_GitHub_did_not_tell_of_is_found_and_what_did_not_change_is_not_read_again()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Lose, Event = "push" });
        var pushed = scene.Push("apps/web.yaml", ConfigurationScene.Titled("Unheard"));
        var before = Reads(scene).Count;

        await scene.PollAsync();
        await scene.UntilAsync(pushed);

        Assert.Equal(["apps/web.yaml"], Reads(scene).Skip(before).Distinct());
    }

    [Fact]
    public async Task Pushes_told_in_any_order_and_twice_end_at_the_newest_commit()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Reorder, Event = "push", By = 3, Times = 2 });
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Double, Event = "push", Times = 2 });
        Commit last = scene.Head;
        for (var i = 0; i < 6; i++) last = scene.Push("apps/web.yaml", ConfigurationScene.Titled($"Title {i}"));

        await scene.UntilAsync(last);
        await scene.Scene.SettledAsync();
        await scene.PollAsync();
        Assert.Equal(last.Sha, (await scene.ViewAsync()).Source);
    }

    [Fact]
    public async Task Other_branches_change_nothing()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        await scene.UntilAsync(scene.Head);
        var head = scene.Head.Sha;
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("Not reviewed"), "topic");
        await scene.Scene.SettledAsync();
        await scene.PollAsync();
        var next = scene.Push("apps/other.yaml", Folder.Other + "\ntitle: Other\n");
        await scene.UntilAsync(next);
        Assert.NotEqual(head, next.Sha);
        Assert.Equal("The web", (await scene.Server.GetAsync<ApplicationList>("vera", "/api/v1/applications")).Applications.Single(a => a.Name == "web").Title);
    }

    [Fact]
    public async Task Commit_with_an_error_leaves_the_old_one_in_force_and_says_where_it_is()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        var good = await scene.UntilAsync(scene.Head);
        scene.Push("apps/web.yaml", Folder.Web.Replace("kind: fake", "kind: facke", StringComparison.Ordinal));

        var view = await scene.UntilAsync(view => view.Problems.Count > 0);
        Assert.Equal(good.Revision, view.Revision);
        Assert.All(view.Problems, problem => Assert.True(problem is { File: "apps/web.yaml", Line: > 1 }, problem.ToString()));
        var mended = scene.Push("apps/web.yaml", ConfigurationScene.Titled("Mended"));
        await scene.UntilAsync(mended);
    }

    [Fact]
    public async Task Branch_that_nothing_protects_is_refused_unless_the_operator_says_otherwise()
    {
        await using var scene = await ConfigurationScene.StartAsync(isProtected: false);
        Assert.Contains("config: { unprotected: true }", await scene.ProblemAsync("unprotected-ref"), StringComparison.Ordinal);
        Assert.Equal("", await scene.Server.Store.Configuration.CurrentRevisionAsync(default));
        scene.Delivery.ProtectedBranches.Add("main");
        await scene.PollAsync();
        await scene.UntilAsync(scene.Head);

        await using var open = await ConfigurationScene.StartAsync(isProtected: false, configured: wanted => wanted with { Unprotected = true, Branch = null });
        await open.UntilAsync(open.Head);
    }

    [Fact]
    public async Task Links_and_submodules_are_not_followed_and_keep_the_commit_out()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        var good = await scene.UntilAsync(scene.Head);
        scene.Delivery.Push("main", new Dictionary<string, Blob?>(StringComparer.Ordinal)
        {
            ["apps/web.yaml"] = new Blob("../../etc/passwd"u8.ToArray()) { Mode = "120000" },
            ["apps/module.yaml"] = new Blob([]) { Mode = "160000" },
            ["apps/large.yaml"] = new Blob(new byte[1024 * 1024 + 1]),
            ["apps/bytes.yaml"] = Blob.Of("name: \uFFFD"),
            ["elsewhere"] = new Blob("/etc"u8.ToArray()) { Mode = "120000" },
        });

        var view = await scene.UntilAsync(view => view.Problems.Count > 0);
        Assert.Equal(good.Revision, view.Revision);
        Assert.Equal(["apps/large.yaml", "apps/module.yaml", "apps/web.yaml"], view.Problems.Select(problem => problem.File).Order(StringComparer.Ordinal));
        foreach (var words in (string[])["too large", "a submodule", "a symbolic link"]) Assert.Contains(view.Problems, problem => problem.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Folder_of_the_specs_that_is_a_link_is_no_empty_one()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        var good = await scene.UntilAsync(scene.Head);
        var files = ConfigurationScene.Files.Keys.Where(path => path.StartsWith("apps/", StringComparison.Ordinal)).ToDictionary(path => path, _ => (Blob?)null, StringComparer.Ordinal);
        files["apps"] = new Blob("elsewhere"u8.ToArray()) { Mode = "120000" };
        scene.Delivery.Push("main", files);

        var view = await scene.UntilAsync(view => view.Problems.Count > 0);
        Assert.Equal((good.Revision, "apps"), (view.Revision, view.Problems[0].File));
    }

    [Fact]
    public async Task GitHub_that_does_not_answer_leaves_the_last_one_in_force_here_and_at_a_start()
    {
        var database = await postgres.CreateAsync();
        await using var scene = await ConfigurationScene.StartAsync(database);
        var good = await scene.UntilAsync(scene.Head);
        scene.World.Script.Add(new ScriptedFault { Kind = FaultKind.Error, On = "GET /repos/*", Status = 400, Times = 1000 });
        scene.Push("apps/web.yaml", ConfigurationScene.Titled("Unread"));
        Assert.Contains("the last configuration stays in force", await scene.ProblemAsync("github-unavailable"), StringComparison.Ordinal);

        await using (var other = await TestServer.StartAsync(database, github: scene.Scene.Credentials, settings: options => options with { ConfigurationRepository = new("acme/delivery") }))
        {
            Assert.Equal(good.Revision, (await other.GetAsync<ConfigurationView>("ada", "/api/v1/configuration")).Revision);
            Assert.Equal(2, (await other.GetAsync<ApplicationList>("ada", "/api/v1/applications")).Applications.Count);
            Assert.Contains(await TestServer.UntilAsync(async () => (await other.GetAsync<ConfigurationView>("ada", "/api/v1/configuration")).Problems is { Count: > 0 } found ? found : null), p => p.Code == "github-unavailable");
        }

        scene.World.Script.Clear();
        await scene.PollAsync();
        await scene.UntilAsync(scene.Head);
    }

    [Fact]
    public async Task Repository_that_was_renamed_or_whose_name_was_taken_over_is_not_read()
    {
        await using var scene = await ConfigurationScene.StartAsync();
        var good = await scene.UntilAsync(scene.Head);
        scene.World.Repositories.Rename(scene.Delivery, "moved");
        await scene.Scene.SettledAsync();
        Assert.Contains("is called acme/moved now", await scene.ProblemAsync("renamed"), StringComparison.Ordinal);

        var taken = scene.World.Repositories.Create("acme/delivery", new Dictionary<string, string?>(StringComparer.Ordinal) { ["apps/evil.yaml"] = Folder.Other.Replace("other", "evil", StringComparison.Ordinal) });
        taken.ProtectedBranches.Add("main");
        taken.Push("main", new Dictionary<string, string?>(StringComparer.Ordinal) { ["x"] = "x" });
        await scene.Scene.SettledAsync();
        await scene.PollAsync();
        // By what was told last, or by what GitHub answers under the old name: never read.
        await scene.ProblemAsync("renamed", "another-repository");
        Assert.Equal(good.Revision, (await scene.ViewAsync()).Revision);
        Assert.DoesNotContain((await scene.Server.GetAsync<ApplicationList>("ada", "/api/v1/applications")).Applications, a => a.Name == "evil");
    }

    [Fact]
    public async Task Without_an_App_the_server_says_what_is_missing()
    {
        await using var server = await TestServer.StartAsync(settings: options => options with { ConfigurationRepository = new("acme/delivery") });
        var problems = server.Running.Services.GetRequiredService<Towpath.Server.Features.Configuration.ConfigurationProblems>();
        Assert.Contains("Create one at /github", await TestServer.UntilAsync(() => Task.FromResult(problems.All.FirstOrDefault(p => p.Code == "no-app")?.Message)), StringComparison.Ordinal);
    }

    private static List<string> Reads(ConfigurationScene scene) =>
        [.. scene.Scene.GitHub.Calls.All.Select(call => call.Path).Where(path => path.Contains("/contents/", StringComparison.Ordinal)).Select(path => path[(path.IndexOf("/contents/", StringComparison.Ordinal) + "/contents/".Length)..].Split('?')[0])];
}
