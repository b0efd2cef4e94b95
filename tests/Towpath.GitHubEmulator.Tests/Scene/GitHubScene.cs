using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Description;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Testing;

namespace Towpath.GitHubEmulator.Tests.Scene;

/// <summary>
/// The organization acme with the repository acme/web and the app towpath, on a clock of its own. Every call and answer is checked against
/// GitHub's description when the test ends.
/// </summary>
public abstract class GitHubScene : IAsyncLifetime
{
    private static readonly string[] Events =
    [
        "push", "create", "delete", "pull_request", "issue_comment", "issues", "status", "check_run", "check_suite", "deployment", "deployment_status", "release",
        "workflow_run", "deployment_protection_rule", "repository",
    ];

    private static readonly string[] Permissions =
        ["actions", "administration", "checks", "contents", "deployments", "environments", "issues", "members", "pull_requests", "statuses"];

    private HttpClient _http = null!;

    protected VirtualTime Clock { get; } = new();

    protected Emulator Emulator { get; private set; } = null!;

    protected EmulatorWorld World => Emulator.World;

    protected App App { get; private set; } = null!;

    protected Installation Installation { get; private set; } = null!;

    protected Repository Web { get; private set; } = null!;

    protected WebhookReceiver Receiver { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected virtual bool DocumentedLimits => false;

    /// <summary>Off for tests that send or answer what nobody describes.</summary>
    protected virtual bool IsDescribed => true;

    public virtual async ValueTask InitializeAsync()
    {
        var description = IsDescribed ? await DescriptionPackage.FileAsync(Checkout.Packages, Token) : null;
        Emulator = await Emulator.StartAsync(new EmulatorOptions { Time = Clock, DocumentedLimits = DocumentedLimits, Description = description }, Token);
        Receiver = await WebhookReceiver.StartAsync(Token);
        World.Accounts.Organization("acme").Members["kim"] = "admin";
        World.Accounts.User("kim");
        Web = World.Repositories.Create("acme/web");
        App = World.Apps.Create("towpath", "acme");
        App.WebhookUrl = Receiver.Url;
        App.Events.AddRange(Events);
        foreach (var permission in Permissions) App.Permissions[permission] = "write";
        Installation = App.Install("acme");
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Emulator.Url };
        await ForgetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        var problems = World.Description?.Problems ?? [];
        _http.Dispose();
        await Emulator.DisposeAsync();
        await Receiver.DisposeAsync();
        GC.SuppressFinalize(this);
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    /// <summary>A caller with a fresh token of the installation.</summary>
    protected Client AsInstallation() => new(_http, World.Apps.Issue(Installation).Value);

    protected Client AsApp() => new(_http, AppToken.For(App, Clock.GetUtcNow()));

    protected Client As(string login) => new(_http, World.Accounts.User(login).Token);

    protected Client With(string? token) => new(_http, token);

    /// <summary>What the app was told, once everything has been sent.</summary>
    protected async Task<IReadOnlyList<ReceivedWebhook>> ToldAsync()
    {
        await World.Outbox.SettledAsync(Token);
        return Receiver.All;
    }

    /// <summary>From here on only what is told later counts.</summary>
    protected async Task ForgetAsync()
    {
        await World.Outbox.SettledAsync(Token);
        Receiver.Clear();
    }

    protected async Task<IReadOnlyList<string>> ToldNamesAsync() => [.. (await ToldAsync()).Select(t => t.Action is null ? t.Event : $"{t.Event}.{t.Action}")];

    /// <summary>A commit on a branch of its own, from main.</summary>
    protected Commit Branch(string name, params (string Path, string? Content)[] files) =>
        Web.Push(name, files.Length == 0 ? new Dictionary<string, string?> { [$"{name}.txt"] = name } : files.ToDictionary(f => f.Path, f => f.Content), $"on {name}", "kim");
}

/// <summary>What came back.</summary>
public sealed record Got(int Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders Content)
{
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException("null");

    public string Message => (string)Json["message"]!;

    public string? Header(string name) => Headers.TryGetValues(name, out var values) || Content.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}

/// <summary>Calls with one token.</summary>
public sealed class Client(HttpClient http, string? token)
{
    public Task<Got> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Got> PostAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Post, path, body?.ToJsonString());

    public Task<Got> PutAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Put, path, body?.ToJsonString());

    public Task<Got> PatchAsync(string path, JsonNode body) => SendAsync(HttpMethod.Patch, path, body.ToJsonString());

    public Task<Got> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public async Task<Got> SendAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.UserAgent.ParseAdd("towpath-tests");
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers.Where(h => h.Name != "Content-Type"))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, headers.FirstOrDefault(h => h.Name == "Content-Type").Value ?? "application/json");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Got((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }
}
