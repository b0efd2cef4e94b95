using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Testing;

namespace Towpath.Dashboard.Tests.Scene;

/// <summary>A whole control plane on a free port, its configuration, and the API's way to make things happen on it.</summary>
public sealed class DashboardServer : IAsyncDisposable
{
    private const string Organization = """
        roles:
          viewer: { users: [vera] }
          developer: { users: [dev, dora] }
          staff: { users: [sam, kim] }
          client: { users: [pat, kim] }
          administrator: { users: [ada] }
        """;

    private static readonly JsonSerializerOptions Written = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly DirectoryInfo _folder;
    private readonly ServerOptions _options;
    private RunningServer _server;
    private readonly HttpClient _http;
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

    private DashboardServer(DirectoryInfo folder, ServerOptions options, RunningServer server, Script script, StoreTrouble trouble)
    {
        _folder = folder;
        _options = options;
        _server = server;
        Script = script;
        Trouble = trouble;
        Url = server.Started.Urls[0];
        _http = new HttpClient { BaseAddress = new Uri(Url) };
    }

    public Script Script { get; }

    /// <summary>What keeps the database from being read.</summary>
    public StoreTrouble Trouble { get; }

    public string Url { get; }

    public string LoginUrl => _server.Started.LoginUrl ?? throw new InvalidOperationException("somebody has a token already");

    public IStore Store => _server.Services.GetRequiredService<IStore>();

    public HttpClient Http => _http;

    /// <param name="applications">Specs by slug.</param>
    public static Task<DashboardServer> StartAsync(params (string Slug, string Spec)[] applications) => StartAsync(options => options, applications);

    /// <param name="settings">What the operator sets besides.</param>
    /// <param name="applications">Specs by slug.</param>
    public static async Task<DashboardServer> StartAsync(Func<ServerOptions, ServerOptions> settings, params (string Slug, string Spec)[] applications)
    {
        var folder = Directory.CreateTempSubdirectory("towpath-dashboard-");
        folder.CreateSubdirectory("configuration/apps");
        var configuration = Path.Combine(folder.FullName, "configuration");
        await File.WriteAllTextAsync(Path.Combine(configuration, "organization.yaml"), Organization + "\n");
        foreach (var (slug, spec) in applications) await File.WriteAllTextAsync(Path.Combine(configuration, "apps", slug + ".yaml"), spec + "\n");
        var options = new ServerOptions
        {
            Urls = [$"http://127.0.0.1:{Ports.FreeRow(1)}"], DataFolder = folder.CreateSubdirectory("data").FullName, ConfigurationFolder = configuration, LogLevel = LogLevel.Warning,
        };
        options = settings(options);
        var script = new Script();
        var trouble = new StoreTrouble();
        return new DashboardServer(folder, options, await StartAsync(options, script, trouble), script, trouble);
    }

    /// <summary>A delivery from GitHub that was not understood.</summary>
    public async Task<Guid> DeliveredAsync(string name, string payload, string why)
    {
        var (guid, now) = (Guid.CreateVersion7(), TimeProvider.System.GetUtcNow());
        await CommitAsync(new Change.RecordDeliveries([new ReceivedDelivery(guid, name, now, PackedBody.Of(System.Text.Encoding.UTF8.GetBytes(payload)))], 0));
        await CommitAsync(new Change.SettleDelivery(new DeliveryOutcome(guid, DeliveryState.NotUnderstood, now, why) { Action = why, RepositoryId = 7 }));
        return guid;
    }

    /// <summary>Ends it, as a new release of it would; what it remembers stays.</summary>
    public ValueTask StopAsync() => _server.DisposeAsync();

    /// <summary>Starts it again at the same address.</summary>
    public async Task StartAgainAsync() => _server = await StartAsync(_options with { Urls = [Url] }, Script, Trouble);

    private static Task<RunningServer> StartAsync(ServerOptions options, Script script, StoreTrouble trouble) => TowpathServer.StartAsync(
        options,
        services => services.AddSingleton(script).AddSingleton<ITarget, ScriptedTarget>().AddSingleton<IStep, ScriptedStep>().AddSingleton<ITargetHost, ScriptedHost>()
            .AddSingleton(_ => TroubledStore.Over(StoreFactory.Open($"sqlite:{Path.Combine(options.DataFolder, "towpath.db")}", TimeProvider.System), trouble)),
        CancellationToken.None);

    /// <summary>Replaces a file of the configuration as a whole, as an editor does.</summary>
    public void Write(string path, string text)
    {
        var temporary = Path.Combine(_folder.FullName, "writing");
        File.WriteAllText(temporary, text + "\n");
        File.Move(temporary, Path.Combine(_folder.FullName, "configuration", path), overwrite: true);
    }

    public async Task<string> TokenAsync(string user)
    {
        if (_tokens.TryGetValue(user, out var known)) return known;
        var secret = Secret.NewToken();
        var token = new AccessToken(
            Guid.CreateVersion7().ToString("N"), Secret.Hash(secret), user, "test", [.. PermissionWords.AllScopes], [], TimeProvider.System.GetUtcNow(), null, null, user == "ada");
        await CommitAsync(new Change.SaveToken(token));
        return _tokens[user] = secret;
    }

    public async Task CommitAsync(params Change[] changes) =>
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(new Commit { Changes = changes }, CancellationToken.None));

    public Task<Build> BuildAsync(string application, string version, int commit, string? branch = null, string author = "dora") => SendAsync<Build>(
        "dev", HttpMethod.Post, "/api/v1/builds", new { application, version, commit = Digest.Of(commit.ToString()).Value[7..47], branch, author, run_url = "https://ci.example.com/runs/" + commit, artifacts = Array.Empty<object>() });

    public Task<DeploymentView> PromoteAsync(string application, string environment, string version, string? reason = null, string user = "dev") =>
        SendAsync<DeploymentView>(user, HttpMethod.Post, "/api/v1/promotions", new { application, environment, version, reason });

    public Task<DeploymentView> ApproveAsync(string id, string user, string? comment = null, string? role = null) =>
        SendAsync<DeploymentView>(user, HttpMethod.Post, $"/api/v1/deployments/{id}/approve", new { comment, role });

    public Task<DeploymentView> ShowAsync(string id) => SendAsync<DeploymentView>("ada", HttpMethod.Get, $"/api/v1/deployments/{id}");

    public Task LockAsync(string application, string environment, string reason) =>
        SendAsync<EnvironmentView>("dev", HttpMethod.Put, $"/api/v1/applications/{application}/environments/{environment}/lock", new { reason });

    /// <summary>Until a deployment is in this phase.</summary>
    public Task<DeploymentView> UntilAsync(string id, Phase phase) => Patience.UntilAsync(
        async () =>
        {
            var view = await ShowAsync(id);
            if (view.Phase == phase) return view;
            Assert.False(view.Phase.IsTerminal(), $"{view.Phase} instead of {phase}: {view.Outcome}");
            return null;
        },
        async () => $"it is {await ShowAsync(id)}",
        $"deployment {id} in phase {phase}");

    /// <summary>The newest deployment there that is in this phase, once there is one.</summary>
    public Task<DeploymentSummary> NewestAsync(string application, string environment, string phase, string? version = null) => Patience.UntilAsync(
        async () =>
        {
            var list = await SendAsync<DeploymentList>("ada", HttpMethod.Get, $"/api/v1/deployments?application={application}&environment={environment}&phase={phase}");
            return list.Deployments.FirstOrDefault(d => version is null || d.Version == version);
        },
        async () => string.Join('\n', (await SendAsync<DeploymentList>("ada", HttpMethod.Get, "/api/v1/deployments")).Deployments),
        $"{application} {version} {phase} in {environment}");

    public async Task<T> SendAsync<T>(string user, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(user));
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: Written);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, $"{path}: {response.StatusCode}: {text}");
        return JsonSerializer.Deserialize(text, (JsonTypeInfo<T>)ApiJson.Default.GetTypeInfo(typeof(T))!)!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
