using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.GitHubEmulator;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Description;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Testing;

namespace Towpath.Server.Tests.Scene;

/// <summary>
/// A control plane whose GitHub is emulated: the organization acme with the repository acme/web, where the app towpath is installed. Every call and answer is
/// held against GitHub's own description when the test ends.
/// </summary>
public sealed class GitHubServer : IAsyncDisposable
{
    private static readonly string[] Events =
    [
        "push", "create", "delete", "pull_request", "issue_comment", "status", "check_run", "check_suite", "deployment", "deployment_status", "release",
        "workflow_run", "deployment_protection_rule", "repository", "membership", "organization", "team",
    ];

    private static readonly string[] Permissions =
        ["actions", "administration", "checks", "contents", "deployments", "environments", "issues", "members", "pull_requests", "statuses"];

    private GitHubServer(Emulator gitHub, App app, Installation installation, Repository web, TestServer server)
    {
        GitHub = gitHub;
        App = app;
        Installation = installation;
        Web = web;
        Server = server;
    }

    public Emulator GitHub { get; }

    public EmulatorWorld World => GitHub.World;

    public App App { get; }

    public Installation Installation { get; }

    /// <summary>What the control plane knows of the App.</summary>
    public required GitHubCredentials Credentials { get; init; }

    /// <summary>acme/web.</summary>
    public Repository Web { get; }

    public TestServer Server { get; }

    /// <param name="database">Null for SQLite.</param>
    /// <param name="folder">Where the specs and artifacts are; null for a new one.</param>
    /// <param name="prepare">What is at GitHub before the control plane starts.</param>
    /// <param name="more">What the control plane is composed of besides.</param>
    /// <param name="settings">What the operator sets besides.</param>
    /// <param name="store">Stands before the real one.</param>
    /// <param name="clock">That of both sides: GitHub takes no token whose times are far from its own.</param>
    /// <param name="isConnected">Whether the operator's settings name the app.</param>
    public static async Task<GitHubServer> StartAsync(
        string? database = null, Folder? folder = null, Action<EmulatorWorld>? prepare = null, Action<IServiceCollection>? more = null, bool isConnected = true, Func<ServerOptions, ServerOptions>? settings = null,
        Func<IStore, IStore>? store = null, TimeProvider? clock = null)
    {
        var token = TestContext.Current.CancellationToken;
        var gitHub = await Emulator.StartAsync(new EmulatorOptions { Time = clock ?? TimeProvider.System, Description = await DescriptionPackage.FileAsync(Checkout.Packages, token) }, token);
        var world = gitHub.World;
        world.Accounts.Organization("acme").Members["kim"] = "admin";
        world.Accounts.User("kim");
        var web = world.Repositories.Create("acme/web");
        var app = world.Apps.Create("towpath", "acme");
        app.Events.AddRange(Events);
        foreach (var permission in Permissions) app.Permissions[permission] = "write";
        var installation = app.Install("acme");
        prepare?.Invoke(world);
        var credentials = new GitHubCredentials
        {
            AppId = app.Id, PrivateKey = app.Key, WebhookSecret = app.WebhookSecret, ClientId = app.ClientId, ClientSecret = app.ClientSecret,
            ApiUrl = gitHub.ApiUrl.ToString().TrimEnd('/'), WebUrl = gitHub.Url.ToString().TrimEnd('/'),
        };
        if (!isConnected) credentials = new GitHubCredentials { ApiUrl = credentials.ApiUrl, WebUrl = credentials.WebUrl };
        var server = await TestServer.StartAsync(database, folder, github: credentials, more: more, settings: settings, store: store, clock: clock);
        app.WebhookUrl = server.Running.Started.Urls[0] + "/webhooks/github";
        return new GitHubServer(gitHub, app, installation, web, server) { Credentials = credentials };
    }

    /// <summary>Until GitHub has sent what it has to send and the control plane has handled all of it.</summary>
    public async Task SettledAsync()
    {
        await World.Outbox.SettledAsync(TestContext.Current.CancellationToken);
        await TestServer.UntilAsync(async () =>
        {
            for (var lane = 0; lane < 4; lane++)
                if ((await Server.Store.Deliveries.PendingAsync(lane, 1, CancellationToken.None)).Count > 0) return null;
            return "settled";
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        var problems = World.Description?.Problems ?? [];
        await GitHub.DisposeAsync();
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }
}
