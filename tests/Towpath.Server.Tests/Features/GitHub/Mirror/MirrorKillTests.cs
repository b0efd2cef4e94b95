using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator.Calling;
using Towpath.Server.Features.GitHub.Mirror;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Mirror;

/// <summary>What GitHub shows, when the work on it ends anywhere and is done again: each deployment once, as it is.</summary>
[Trait("Row", "T3")]
[Trait("Row", "D4")]
public sealed class MirrorKillTests(PostgresServer postgres)
{
    private const string Spec = """
        name: site
        repository: acme/web
        artifact: { kind: commit }
        environments:
          production: { target: { kind: fake } }
        """;

    private readonly KillPoint _kill = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_before_and_after_each_save_it_ends_the_same(bool onPostgres)
    {
        await using var scene = await StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        await ShowAsync(scene, "first");
        _kill.Begin(null);
        await ShowAsync(scene, "undisturbed");
        var points = _kill.Passed;
        Assert.True(points >= 6, $"only {points} points");
        for (var point = 0; point < points; point++)
        {
            _kill.Begin(point);
            await ShowAsync(scene, $"killed at {point}");
        }

        Assert.Equal(points + 2, scene.Web.Deployments.All.Count());
    }

    [Theory]
    [InlineData("POST /repos/*/deployments", FaultKind.DropBefore)]
    [InlineData("POST /repos/*/deployments", FaultKind.DropAfter)]
    [InlineData("POST /repos/*/deployments/*/statuses", FaultKind.DropBefore)]
    [InlineData("POST /repos/*/deployments/*/statuses", FaultKind.DropAfter)]
    public async Task Killed_before_and_after_each_call_it_ends_the_same(string call, FaultKind kind)
    {
        await using var scene = await StartAsync();
        await ShowAsync(scene, "first");
        // When it is shown, and when what it replaces is ended.
        for (var after = 0; after < 3; after++)
        {
            scene.World.Script.Add(new ScriptedFault { On = call, Kind = kind, After = after });
            scene.World.Script.Add(new ScriptedFault { On = "GET /repos/*/deployments", Kind = kind });
            await ShowAsync(scene, $"broken at {after}");
            scene.World.Script.Clear();
        }

        Assert.Equal(4, scene.Web.Deployments.All.Count());
    }

    [Fact]
    public async Task What_somebody_else_marked_as_ours_is_not_taken_for_it()
    {
        await using var scene = await StartAsync();
        scene.World.Script.Add(new ScriptedFault { On = "POST /repos/*/deployments", Kind = FaultKind.DropBefore, Containing = "\"mirror\":true" });
        var stolen = 0L;
        scene.World.Script.OnBefore = async call =>
        {
            // Between the creation that did not come through and the search for it.
            if (call.Route?.Name != "GET /repos/{owner}/{repo}/deployments" || stolen != 0) return;
            stolen = -1;
            stolen = await CreateAsync(scene, (await scene.Server.Store.Deployments.ListAsync(new DeploymentFilter("site"), default))[0]);
        };

        var view = await MirrorTests.PromoteAsync(scene, MirrorTests.Push(scene, "one"));
        await scene.Server.UntilAsync(view.Id.ToString(), Phase.Succeeded);
        var mirror = await TestServer.UntilAsync(async () => await scene.Server.Store.Mirrors.GetAsync(new DeploymentId(view.Id.ToString()), default) is { State: "success" } shown ? shown : null);
        Assert.True(stolen > 0);
        Assert.NotEqual(stolen, mirror.GitHubId);
        Assert.Empty(scene.Web.Deployments.All.Single(d => d.Id == stolen).Statuses);
    }

    private Task<GitHubServer> StartAsync(string? database = null)
    {
        var folder = new Folder();
        folder.Write("apps/site.yaml", Spec);
        return GitHubServer.StartAsync(database, folder, more: services => services.AddGitHubTarget(), store: store => KilledStore.Over(store, _kill));
    }

    /// <summary>Deploys it; until GitHub shows it once, as what stands there, and nothing else. Then it is looked at once more, which changes nothing.</summary>
    private static async Task ShowAsync(GitHubServer scene, string text)
    {
        var commit = MirrorTests.Push(scene, text);
        var id = new DeploymentId((await MirrorTests.PromoteAsync(scene, commit)).Id.ToString());
        await scene.Server.UntilAsync(id.Value, Phase.Succeeded);
        await TestServer.UntilAsync(() => Task.FromResult(Told(scene, commit)), () => States(scene), $"{text} is what stands in production");
        await TestServer.UntilAsync(async () => (await scene.Server.Store.Mirrors.ShownAsync("site", default)).Count(mirror => mirror.State == "success") == 1 ? "noted" : null, what: $"{text} is noted");
        await scene.Server.Store.CommitAsync(new Commit { Changes = [MirrorWork.Look(id, TimeSpan.Zero)] }, default);
    }

    private static string? Told(GitHubServer scene, string commit)
    {
        lock (scene.World.Gate)
            return scene.Web.Deployments.All.Count(d => d.Sha == commit) == 1 && scene.Web.Deployments.All.All(d => d.State == (d.Sha == commit ? "success" : "inactive")) ? "told" : null;
    }

    private static string States(GitHubServer scene)
    {
        lock (scene.World.Gate) return string.Join('\n', scene.Web.Deployments.All.Select(d => $"{d.Id} of {d.Sha} {string.Join(", ", d.Statuses.Select(s => s.State))}"));
    }

    /// <summary>As a person, with the marker that the control plane looks for.</summary>
    private static async Task<long> CreateAsync(GitHubServer scene, Deployment deployment)
    {
        var marker = new DeploymentMarker(deployment.Id.Value, deployment.Id.Value, IsMirror: true);
        using var http = new HttpClient { BaseAddress = scene.GitHub.ApiUrl };
        using var request = new HttpRequestMessage(HttpMethod.Post, "repos/acme/web/deployments")
        {
            Content = JsonContent.Create(new JsonObject
            {
                ["ref"] = deployment.Commit, ["environment"] = "production", ["auto_merge"] = false, ["required_contexts"] = new JsonArray(), ["payload"] = marker.In(new JsonObject { ["by"] = "kim" }),
            }),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", scene.World.Accounts.User("kim").Token), UserAgent = { new ProductInfoHeaderValue("test", "1") } },
        };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (long)JsonNode.Parse(text)!["id"]!;
    }
}
