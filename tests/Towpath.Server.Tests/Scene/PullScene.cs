using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Commands;
using Towpath.Engine.Storage;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Features.GitHub.Status;

namespace Towpath.Server.Tests.Scene;

/// <summary>
/// The application web in the repository acme/web, and people who write to it on GitHub: dev and dora are developers here and may write there, vera may read
/// both, ada is administrator here and may only read there, and lee may write there and has no role here.
/// </summary>
public sealed class PullScene : IAsyncDisposable
{
    private readonly HttpClient _http;

    private PullScene(GitHubServer gitHub)
    {
        GitHub = gitHub;
        _http = new HttpClient { BaseAddress = gitHub.GitHub.ApiUrl };
    }

    public GitHubServer GitHub { get; }

    public TestServer Server => GitHub.Server;

    public Repository Web => GitHub.Web;

    public IStore Store => Server.Store;

    public static async Task<PullScene> StartAsync(string? more = null, string? database = null, Action<IServiceCollection>? services = null, string? web = null, Func<ServerOptions, ServerOptions>? settings = null, TimeProvider? clock = null)
    {
        var folder = new Folder();
        folder.Write("apps/web.yaml", web ?? Folder.Web.Replace("title: The web", "title: The web\nrepository: acme/web", StringComparison.Ordinal) + (more is null ? "" : "\n" + more));
        var scene = new PullScene(await GitHubServer.StartAsync(database, folder, more: s =>
        {
            s.AddSingleton(new StatusPace(TimeSpan.Zero, TimeSpan.Zero));
            services?.Invoke(s);
        }, settings: settings, clock: clock));
        foreach (var (login, role) in new[] { ("dev", Role.Write), ("dora", Role.Admin), ("lee", Role.Write), ("vera", Role.Read), ("ada", Role.Read), ("tria", Role.Triage), ("nobody", Role.None) })
        {
            scene.GitHub.World.Accounts.User(login);
            if (role != Role.None) scene.Web.Collaborators[login] = role;
        }

        scene.Web.Push("main", new Dictionary<string, string?> { ["README.md"] = "web" }, "first", "dev");
        return scene;
    }

    /// <summary>A pull request from a branch of its own, whose build is reported.</summary>
    public async Task<Pull> PullAsync(string branch = "topic", bool built = true, string title = "Topic", params string[] labels)
    {
        var commit = Web.Push(branch, new Dictionary<string, string?> { [$"{branch}.txt"] = branch }, $"on {branch}", "dora");
        var number = (long)(await CallAsync("dev", HttpMethod.Post, "repos/acme/web/pulls", new JsonObject { ["title"] = title, ["head"] = branch, ["base"] = "main" }))["number"]!;
        if (labels.Length > 0) await LabelAsync(number, labels);
        await GitHub.SettledAsync();
        if (built) await Server.BuildAsync(commit.Sha, branch, branch);
        return Web.Pulls.Single(p => p.Number == number);
    }

    /// <summary>A public fork of eve's, and a pull request from it.</summary>
    public async Task<Pull> ForkedPullAsync()
    {
        Web.IsPrivate = false;
        GitHub.World.Accounts.User("eve");
        var fork = GitHub.World.Repositories.Fork(Web, "eve");
        fork.Push("evil", new Dictionary<string, string?> { ["evil.txt"] = "x" }, "from a fork", "eve");
        var number = (long)(await CallAsync("eve", HttpMethod.Post, "repos/acme/web/pulls", new JsonObject { ["title"] = "Evil", ["head"] = "eve:evil", ["base"] = "main" }))["number"]!;
        await GitHub.SettledAsync();
        return Web.Pulls.Single(p => p.Number == number);
    }

    public Task LabelAsync(long number, params string[] labels) =>
        CallAsync("dev", HttpMethod.Post, $"repos/acme/web/issues/{number}/labels", new JsonObject { ["labels"] = new JsonArray([.. labels.Select(l => (JsonNode)l)]) });

    /// <summary>Writes a comment, a second after whatever was there before.</summary>
    /// <param name="pull">Where.</param>
    /// <param name="body">What.</param>
    /// <param name="login">Who.</param>
    /// <param name="by">The app that does so in their name.</param>
    public async Task<Comment> SayAsync(Pull pull, string body, string login = "dev", App? by = null)
    {
        GitHub.World.Time.Advance(TimeSpan.FromSeconds(1));
        var token = by is null ? null : GitHub.World.Accounts.IssueUserToken(GitHub.World.Accounts.User(login), by);
        var id = (long)(await CallAsync(login, HttpMethod.Post, $"repos/{pull.Repository.FullName}/issues/{pull.Number}/comments", new JsonObject { ["body"] = body }, token))["id"]!;
        return pull.Issue.Comments.Single(c => c.Id == id);
    }

    /// <summary>Writes a command; waits until it was answered and the answer stands in the pull request.</summary>
    public async Task<PullCommand> AskAsync(Pull pull, string body, string login = "dev") => await AnsweredAsync(await SayAsync(pull, body, login));

    public Task<PullCommand> AnsweredAsync(Comment comment) => TestServer.UntilAsync(async () =>
    {
        var command = await Store.Facts.CommandAsync(Web.Id, comment.Id, CancellationToken.None);
        if (command is null or { State: PullCommandState.Asked }) return null;
        return comment.Reactions.Any(r => r.Content is "rocket" or "confused") && Shows(comment.Issue, command.Note!) ? command : null;
    });

    /// <summary>Waits until all was handled, and asserts that nothing came of a comment, nor is anything kept of it.</summary>
    public async Task IsPassedOverAsync(Comment comment)
    {
        await GitHub.SettledAsync();
        await TestServer.UntilAsync(async () => await IsQuietAsync(comment.Issue.Number) ? "quiet" : null);
        Assert.Null(await Store.Facts.CommandAsync(Web.Id, comment.Id, CancellationToken.None));
        Assert.Equal("", Reactions(comment));
    }

    /// <summary>Whether nothing is left to be done for a pull request. Queues of rows are read like an environment's line.</summary>
    public async Task<bool> IsQuietAsync(long number)
    {
        foreach (var kind in new[] { "pull-command", "pull-previews", "pull-status" })
            if ((await Store.Deployments.LineAsync(new EnvironmentKey($"{kind}:{Web.Id}", $"{number}"), CancellationToken.None)).Count > 0) return false;
        return true;
    }

    /// <summary>The comments of the App in it.</summary>
    public IReadOnlyList<Comment> Own(Issue issue)
    {
        lock (GitHub.World.Gate) return [.. issue.Comments.Where(c => c.Author.Login == "towpath[bot]")];
    }

    /// <summary>Whether the App's comment says that, as far as it was not escaped.</summary>
    public bool Shows(Issue issue, string text) => Own(issue).Any(c => Plain(c.Body).Contains(Plain(text), StringComparison.Ordinal));

    public Task<string> UntilShownAsync(Issue issue, string text) => TestServer.UntilAsync(
        () => Task.FromResult(Shows(issue, text) ? Own(issue)[0].Body : null), () => $"what is shown: {string.Join("\n--\n", Own(issue).Select(c => c.Body))}", $"shown: {text}");

    /// <summary>Reactions to a comment, in order.</summary>
    public string Reactions(Comment comment)
    {
        lock (GitHub.World.Gate) return string.Join(' ', comment.Reactions.Select(r => r.Content));
    }

    public async Task<JsonNode> CallAsync(string login, HttpMethod method, string path, JsonNode? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? GitHub.World.Accounts.User(login).Token);
        request.Headers.UserAgent.ParseAdd("test");
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    private static string Plain(string text) => WebUtility.HtmlDecode(text).Replace("\\", "", StringComparison.Ordinal).Replace("\u200B", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await GitHub.DisposeAsync();
    }
}
