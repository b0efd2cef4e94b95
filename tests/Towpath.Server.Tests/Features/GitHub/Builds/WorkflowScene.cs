using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Towpath.Core.Artifacts;
using Towpath.GitHubEmulator;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Builds;

/// <summary>acme/web with the application <c>web</c>, and runs of its workflows that report builds with tokens of their own.</summary>
internal sealed class WorkflowScene : IAsyncDisposable
{
    public const string Audience = "towpath";

    private const string Web = """
        name: web
        repository: acme/web
        artifact: { kind: static-site, source: "builds/{slug}/{sha}.zip" }
        version: ["{tag}", "sha-{short_sha}"]
        builds: { refs: [main, "release/*", "refs/tags/v*"], workflows: [build.yml, "acme/shared/.github/workflows/ship.yml@refs/tags/v*"] }
        environments:
          dev:
            auto_deploy: { branch: main }
            target: { kind: fake }
          free:
            target: { kind: fake }
        previews:
          target: { kind: fake }
        """;

    private readonly GitHubServer _scene;

    private WorkflowScene(GitHubServer scene) => _scene = scene;

    public GitHubServer Scene => _scene;

    public TestServer Server => _scene.Server;

    public EmulatorWorld World => _scene.World;

    public Repository Repository => _scene.Web;

    public static async Task<WorkflowScene> StartAsync(string? database = null, string spec = Web)
    {
        var folder = new Folder();
        folder.Write("apps/web.yaml", spec);
        return new WorkflowScene(await GitHubServer.StartAsync(database, folder));
    }

    /// <summary>A commit that is pushed, and its artifact.</summary>
    public Commit Push(string branch = "main", string author = "octocat", string content = "one")
    {
        var commit = Repository.Push(branch, new Dictionary<string, string?> { ["a.txt"] = content + World.NextId() }, "a change", author);
        Server.Folder.Build(commit.Sha, content);
        return commit;
    }

    public async Task<Pull> OpenAsync(string head, string login = "kim")
    {
        using var http = new HttpClient();
        var request = new HttpRequestMessage(HttpMethod.Post, Repository.Api("pulls"))
        {
            Content = JsonContent.Create(new JsonObject { ["title"] = "T", ["head"] = head, ["base"] = "main" }),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "ghp_" + login), UserAgent = { new ProductInfoHeaderValue("test", "1") } },
        };
        var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return Repository.Pulls[^1];
    }

    public JsonObject Claims(Commit commit, string reference = "refs/heads/main", Repository? repository = null) => World.Oidc.ClaimsOf(repository ?? Repository, reference, commit.Sha);

    public string Token(Commit commit, string reference = "refs/heads/main", JsonObject? changes = null, string audience = Audience, Repository? repository = null) =>
        World.Oidc.Mint(Claims(commit, reference, repository), audience, changes);

    /// <summary>A token of a run that a pull request started.</summary>
    public string PullToken(Pull pull, Commit merge) => Token(merge, $"refs/pull/{pull.Number}/merge", new JsonObject
    {
        ["event_name"] = "pull_request", ["head_ref"] = pull.HeadRef, ["base_ref"] = "main", ["sub"] = "repo:acme/web:pull_request",
    });

    public static JsonObject Report(string commit, string application = "web") => new()
    {
        ["application"] = application, ["commit"] = commit, ["artifacts"] = new JsonArray(new JsonObject { ["reference"] = $"builds/{application}/{commit}.zip" }),
    };

    public async Task<HttpResponseMessage> SendAsync(string token, JsonObject report, HttpMethod? method = null, string path = "/api/v1/builds")
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (request.Method == HttpMethod.Post) request.Content = JsonContent.Create(report);
        var response = await Server.Http.SendAsync(request);
        Assert.True(response.StatusCode != HttpStatusCode.InternalServerError, Server.Log.Errors);
        return response;
    }

    public async Task<Build> ReportAsync(string token, JsonObject report, HttpStatusCode expected = HttpStatusCode.Created) =>
        await TestServer.ReadAsync<Build>(await SendAsync(token, report), expected);

    /// <summary>Refused in words that hold nothing of the token, and nothing was recorded.</summary>
    public async Task<string> RefusedAsync(string token, JsonObject report, HttpStatusCode status, string code)
    {
        var before = (await Server.Store.Builds.ListAsync("web", 100, default)).Count;
        var response = await SendAsync(token, report);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        var problem = await TestServer.ReadAsync<Problem>(response, status);
        Assert.Equal(code, problem.Code);
        Assert.False(string.IsNullOrWhiteSpace(problem.Detail));
        foreach (var part in token.Split('.').Where(part => part.Length > 20))
        {
            Assert.DoesNotContain(part, text, StringComparison.Ordinal);
            Assert.DoesNotContain(part, Server.Log.All, StringComparison.Ordinal);
        }

        Assert.Equal(before, (await Server.Store.Builds.ListAsync("web", 100, default)).Count);
        return problem.Detail!;
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();
}
