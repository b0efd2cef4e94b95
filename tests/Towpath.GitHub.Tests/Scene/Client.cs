using System.Net;
using System.Text.Json.Serialization;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Calling.Limits;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Scene;

/// <summary>The client as the product composes it, with a GitHub in memory that gives out tokens.</summary>
internal sealed class Client : IDisposable
{
    public static readonly GitHubRepository Web = new(1, "acme", "web");

    private readonly RateLimits _limits;
    private readonly AppJwt _app;

    public Client(FakeWeb web, GitHubHost? host = null, RateLimitOptions? limits = null, GitHubAppSettings? settings = null)
    {
        Net = new FakeWeb(asked => asked.Path.EndsWith("/access_tokens", StringComparison.Ordinal) ? GiveToken(asked) : Forward(web, asked)) { Before = (a, c) => web.Before?.Invoke(a, c) ?? Task.CompletedTask };
        Options = new GitHubOptions { Host = host ?? GitHubHost.Public, Limits = limits ?? RateLimitOptions.GitHub, Jitter = () => 1 };
        Source = new FixedApp(settings ?? App);
        _limits = new RateLimits(Options.Limits, Time);
        _app = new AppJwt(Source, Time);
        Http = new GitHubHttp(Net);
        var sender = new GitHubSender(Http, _limits, Options, Time);
        Tokens = new InstallationTokens(sender, _app, Time);
        GitHub = new GitHubClient(sender, _app, Tokens);
    }

    public static GitHubAppSettings App { get; } = new()
    {
        AppId = 4711, PrivateKey = Forge.Key.ExportRSAPrivateKeyPem(), WebhookSecret = "canary-webhook", ClientId = "Iv1.client", ClientSecret = "canary-client",
    };

    public VirtualTime Time { get; } = new();

    /// <summary>All that was sent, tokens' calls among it.</summary>
    public FakeWeb Net { get; }

    public GitHubHttp Http { get; }

    public GitHubOptions Options { get; }

    public IGitHubAppSource Source { get; }

    public InstallationTokens Tokens { get; }

    public GitHubClient GitHub { get; }

    /// <summary>How many tokens were given out.</summary>
    public int Given { get; private set; }

    /// <summary>Answers the call for a token instead.</summary>
    public Func<Asked, HttpResponseMessage?> TokenAnswer { get; set; } = _ => null;

    /// <summary>What was sent but for the calls for tokens.</summary>
    public IReadOnlyList<Asked> Calls => [.. Net.Requests.Where(r => !r.Path.EndsWith("/access_tokens", StringComparison.Ordinal))];

    public Task<GitHubReply> GetAsync(string repository = "web", string path = "commits/main") =>
        GitHub.SendAsync(Read(repository, path), TestContext.Current.CancellationToken);

    public static GitHubRequest Read(string repository = "web", string path = "commits/main")
    {
        var place = new GitHubRepository(1, "acme", repository);
        return GitHubRequest.Get(new GitHubCaller.Installation(1), $"reading {repository}", $"repos/acme/{repository}/{new Segments(path)}").In(place);
    }

    public static GitHubRequest Write(string repository = "web") =>
        GitHubRequest.Post(new GitHubCaller.Installation(1), "writing", $"repos/acme/{repository}/things").In(new GitHubRepository(1, "acme", repository));

    /// <summary>Runs a call to its end, moving the clock over every wait.</summary>
    public async Task<T> RunAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            await Loop.SettleAsync();
            if (!call.IsCompleted && Time.NextTimer is { } next) Time.AdvanceTo(next);
        }

        return await call;
    }

    /// <summary>Moves the clock, and lets everything that this sets going come to rest.</summary>
    public Task AdvanceAsync(TimeSpan by) => AdvanceToAsync(Time.GetUtcNow() + by);

    public async Task AdvanceToAsync(DateTimeOffset instant)
    {
        // Instant after instant: what goes on at one of them may wait for another one before the last.
        while (Time.NextTimer is { } next && next <= instant)
        {
            Time.AdvanceTo(next);
            await Loop.SettleAsync();
        }

        Time.AdvanceTo(instant);
        await Loop.SettleAsync();
    }

    public void Dispose()
    {
        _limits.Dispose();
        _app.Dispose();
        Http.Dispose();
    }

    private HttpResponseMessage GiveToken(Asked asked)
    {
        if (TokenAnswer(asked) is { } other) return other;
        Given++;
        return FakeWeb.Response(HttpStatusCode.Created, $$"""{"token":"ghs_canary{{Given}}","expires_at":"{{Time.GetUtcNow().AddHours(1):yyyy-MM-ddTHH:mm:ssZ}}"}""");
    }

    private static HttpResponseMessage Forward(FakeWeb web, Asked asked) => web.Answer(asked);
}

internal sealed record Thing(string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Thing))]
[JsonSerializable(typeof(IReadOnlyList<Thing>))]
internal sealed partial class ThingJson : JsonSerializerContext;
