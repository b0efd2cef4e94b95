using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Local;
using Towpath.Local.Artifacts;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Testing;

namespace Towpath.Server.Tests.Scene;

/// <summary>A whole control plane on a free port, with a target that deploys nowhere.</summary>
public sealed class TestServer : IAsyncDisposable
{
    public const string Commit1 = "1111111111111111111111111111111111111111";
    public const string WebhookSecret = "what-github-signs-with";
    public const string Commit2 = "2222222222222222222222222222222222222222";

    /// <summary>Those that run, with the test that started them, so that a test that waits in vain can say how things stand.</summary>
    private static readonly ConcurrentDictionary<TestServer, string?> All = new();

    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly RunningServer _server;

    private TestServer(Folder folder, LogSink log, RunningServer server)
    {
        Folder = folder;
        Log = log;
        _server = server;
        // Cookies are set by hand, so that a test sees what it sends.
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(server.Started.Urls[0]) };
        All[this] = TestContext.Current.Test?.UniqueID;
    }

    public Folder Folder { get; }

    public LogSink Log { get; }

    public HttpClient Http { get; }

    public RunningServer Running => _server;

    public FakeTarget Target => (FakeTarget)_server.Services.GetRequiredService<ITarget>();

    public IStore Store => _server.Services.GetRequiredService<IStore>();

    public static async Task<TestServer> StartAsync(string? database = null, Folder? folder = null, bool withGitHub = true, GitHubCredentials? github = null, Action<IServiceCollection>? more = null,
        Func<ServerOptions, ServerOptions>? settings = null, Func<IStore, IStore>? store = null, TimeProvider? clock = null)
    {
        var place = folder ?? new Folder();
        var log = new LogSink();
        var limits = new OperatorLimits { Folders = [place.Artifacts] };
        var options = new ServerOptions
        {
            Urls = ["http://127.0.0.1:0"], DataFolder = place.Data, ConfigurationFolder = place.Configuration, Limits = limits,
            GitHub = withGitHub ? github ?? new GitHubCredentials { WebhookSecret = WebhookSecret } : null,
            LogLevel = LogLevel.Trace, Engine = new EngineOptions { Capabilities = ["host:test"] },
        };
        if (settings is not null) options = settings(options);
        Directory.CreateDirectory(place.Data);
        var server = await TowpathServer.StartAsync(
            options,
            services => With(With(services, more), clock is null ? null : own => own.AddSingleton(clock)).RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(log)
                .AddSingleton(_ => (store ?? (same => same))(StoreFactory.Open(database ?? $"sqlite:{Path.Combine(place.Data, "towpath.db")}", clock ?? TimeProvider.System)))
                .AddSingleton(new LocalOptions("test", false, limits, place.Data)).AddSingleton<IArtifactSource, FileArtifactSource>().AddSingleton<IArtifactSource, FakeRegistry>()
                .AddSingleton<ITarget, FakeTarget>().AddSingleton<IStep, FakeStep>(),
            CancellationToken.None);
        return new TestServer(place, log, server);
    }

    private static IServiceCollection With(IServiceCollection services, Action<IServiceCollection>? more)
    {
        more?.Invoke(services);
        return services;
    }

    /// <summary>A token as an administrator would make it; the same one for the same user and scopes.</summary>
    public async Task<string> TokenAsync(string user, string? scopes = null, TimeSpan? expires = null, bool revoked = false, string? application = null)
    {
        var key = $"{user} {scopes} {expires} {revoked} {application}";
        if (_tokens.TryGetValue(key, out var known)) return known;
        var secret = Secret.NewToken();
        var now = TimeProvider.System.GetUtcNow();
        var token = new AccessToken(
            Guid.CreateVersion7().ToString("N"), Secret.Hash(secret), user, key, scopes?.Split(' ') ?? [.. PermissionWords.AllScopes],
            application is null ? [] : [application], now.AddHours(-1), expires is { } after ? now + after : null, revoked ? now : null, Administrator: false);
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(new Commit { Changes = [new Change.SaveToken(token)] }, CancellationToken.None));
        return _tokens[key] = secret;
    }

    /// <summary>Asks as a user with a token for everything that their roles allow.</summary>
    public async Task<HttpResponseMessage> SendAsync(string? user, HttpMethod method, string path, object? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (user is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(user));
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: Written);
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.StatusCode != HttpStatusCode.InternalServerError, Log.Errors);
        return response;
    }

    public async Task<T> GetAsync<T>(string user, string path) => await ReadAsync<T>(await SendAsync(user, HttpMethod.Get, path), HttpStatusCode.OK);

    public async Task<T> PostAsync<T>(string user, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK) =>
        await ReadAsync<T>(await SendAsync(user, HttpMethod.Post, path, body), expected);

    public async Task<Problem> RefusedAsync(string? user, HttpMethod method, string path, object? body, HttpStatusCode status, string code)
    {
        var problem = await ReadAsync<Problem>(await SendAsync(user, method, path, body), status);
        Assert.Equal(code, problem.Code);
        Assert.False(string.IsNullOrWhiteSpace(problem.Detail));
        return problem;
    }

    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        return JsonSerializer.Deserialize(text, (JsonTypeInfo<T>)ApiJson.Default.GetTypeInfo(typeof(T))!)!;
    }

    /// <summary>Reports a build of <c>web</c>.</summary>
    public Task<Build> BuildAsync(string commit = Commit1, string content = "one", string? branch = null, string? author = null) => PostAsync<Build>(
        "dev", "/api/v1/builds",
        new { application = "web", commit, branch, author, artifacts = new[] { new { reference = Folder.Build(commit, content) } } }, HttpStatusCode.Created);

    public Task<DeploymentView> PromoteAsync(string environment, string user = "dev", string? version = null) => PostAsync<DeploymentView>(
        user, "/api/v1/promotions", new { application = "web", environment, version, reason = "because" }, HttpStatusCode.Created);

    /// <summary>Until a deployment is in this phase.</summary>
    public Task<DeploymentView> UntilAsync(string id, Phase phase) => Patience.UntilAsync(
        async () =>
        {
            var view = await GetAsync<DeploymentView>("ada", $"/api/v1/deployments/{id}");
            if (view.Phase == phase) return view;
            Assert.False(view.Phase.IsTerminal(), $"{view.Phase} instead of {phase}: {view.Outcome}");
            return null;
        },
        DescribeAsync,
        $"deployment {id} in phase {phase}");

    /// <summary>Until something succeeded in an environment of <c>web</c>.</summary>
    public Task<DeploymentSummary> UntilSucceededAsync(string environment) => UntilAsync(
        async () => (await GetAsync<DeploymentList>("vera", $"/api/v1/deployments?application=web&environment={environment}&phase=succeeded")).Deployments is [var first, ..] ? first : null,
        what: $"a success in {environment}");

    /// <summary>Until a question has another answer than null. Failing, it says how things stand at this test's servers.</summary>
    public static Task<T> UntilAsync<T>(Func<Task<T?>> ask, Func<string>? state = null, [CallerArgumentExpression(nameof(ask))] string what = "")
        where T : class
    {
        var test = TestContext.Current.Test?.UniqueID;
        return Patience.UntilAsync(
            ask, async () => string.Join('\n', [state?.Invoke() ?? "", .. await Task.WhenAll(All.Where(one => one.Value == test).Select(one => one.Key.DescribeAsync()))]), what);
    }

    public async ValueTask DisposeAsync()
    {
        All.TryRemove(this, out _);
        Http.Dispose();
        await _server.DisposeAsync();
        Folder.Dispose();
    }

    private async Task<string> DescribeAsync()
    {
        var deployments = await Store.Deployments.ListAsync(new DeploymentFilter(), CancellationToken.None);
        var deliveries = await Store.Deliveries.ListAsync(new DeliveryFilter { Limit = 20 }, CancellationToken.None);
        var setAside = await Store.Work.SetAsideAsync(10, CancellationToken.None);
        return string.Join('\n',
        [
            "deployments, newest first:", .. deployments.Select(d => $"  {d.Key} {d.Version} {d.Phase} {d.Outcome}"),
            "deliveries, newest first:", .. deliveries.Select(d => $"  {d.Event} {d.Action} {d.State} {d.Note}"),
            "work set aside:", .. setAside.Select(work => $"  {work}"),
            "logged last:", .. Log.Last(40).Select(line => $"  {line}"),
        ]);
    }

    private static JsonSerializerOptions Written { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
