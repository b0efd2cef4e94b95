using Microsoft.Playwright;
using Towpath.Core.Applications;
using Towpath.Core.Operators;
using Towpath.Dashboard.Tests.Scene;
using Towpath.Engine.Storage;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Deliverybot;
using Towpath.Testing;
using static Microsoft.Playwright.Assertions;

namespace Towpath.Dashboard.Tests;

/// <summary>Every page in light, dark and on a phone: axe finds nothing, the console says nothing, nothing hangs over the edge.</summary>
public sealed class LookTests(Browser browser)
{
    private static readonly (string Name, ReaderOptions Options)[] Looks =
        [("light", new ReaderOptions()), ("dark", new ReaderOptions(Dark: true)), ("phone", new ReaderOptions(Phone: true)), ("phone-dark", new ReaderOptions(Dark: true, Phone: true))];

    [Fact]
    public async Task Pages_are_accessible_quiet_and_fit_in_every_look()
    {
        await using var server = await Story.TellAsync();
        server.Write("apps/broken.yaml", "name: broken\nartefact: { kind: commit }");
        var pages = await PagesAsync(server);
        await server.CommitAsync(new Change.SaveWatch(WatchTests.Of(new Core.EnvironmentKey("portal", "dev"), "main", "build (ubuntu-24.04, 10.0.x)")));
        var delivery = await server.DeliveredAsync("push", """{"ref": 7}""", "`ref` is not text");
        var found = new List<string>();
        foreach (var (look, options) in Looks)
        {
            await using var reader = await browser.OpenAsync(server, "kim", options);
            foreach (var (name, path) in pages) await LookAtAsync(reader, $"{name}-{look}", path, found);
            await using var stranger = await browser.OpenAsync(server, null, options);
            await LookAtAsync(stranger, $"login-{look}", "/login", found);
            await using var developer = await browser.OpenAsync(server, "dev", options);
            await LookAtAsync(developer, $"running-{look}", pages[^1].Path, found);
            await LookAtAsync(developer, $"application-{look}", "/applications/portal", found);
            await using var administrator = await browser.OpenAsync(server, "ada", options);
            await LookAtAsync(administrator, $"deliveries-{look}", "/github/deliveries", found);
            await LookAtAsync(administrator, $"delivery-{look}", $"/github/deliveries/{delivery}", found);
        }

        Assert.Equal("", string.Join('\n', found));
    }

    [Fact]
    public async Task Pages_about_GitHub_and_logins_are_so_too()
    {
        await using var server = await DashboardServer.StartAsync(WithProvider, ("shop", Story.Small("shop")));
        await TroubleOfDeliverybotAsync(server);
        await using var connected = await DashboardServer.StartAsync(WithApp, ("shop", Story.Small("shop")));
        var found = new List<string>();
        foreach (var (look, options) in Looks)
        {
            await using var stranger = await browser.OpenAsync(server, null, options);
            await LookAtAsync(stranger, $"logins-{look}", "/login", found);
            await using var administrator = await browser.OpenAsync(server, "ada", options);
            await LookAtAsync(administrator, $"deliverybot-problems-{look}", "/", found);
            await LookAtAsync(administrator, $"github-connect-{look}", "/github", found);
            await administrator.Page.GetByLabel("Organization (as in").FillAsync("acme");
            await administrator.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
            await Expect(administrator.Page.GetByRole(AriaRole.Button, new() { Name = "Go on at" })).ToBeVisibleAsync();
            await LookAsync(administrator, $"github-manifest-{look}", found);
            // What brings other pages up to date leaves it alone.
            await Expect(administrator.Page.GetByRole(AriaRole.Button, new() { Name = "Go on at" })).ToBeVisibleAsync();
            await using var other = await browser.OpenAsync(connected, "ada", options);
            await LookAtAsync(other, $"github-app-{look}", "/github", found);
        }

        Assert.Equal("", string.Join('\n', found));
    }

    private static readonly DeliverybotRepository Site = new(new ConfigurationRepository("acme/site") { IsOfApplication = true }, "site");

    /// <summary>What is wrong with a repository's file, once the server itself has looked in vain.</summary>
    private static async Task TroubleOfDeliverybotAsync(DashboardServer server)
    {
        await Patience.UntilAsync(async () => (await server.SendAsync<ConfigurationView>("ada", HttpMethod.Get, "/api/v1/configuration")).Deliverybot.SelectMany(one => one.Problems).FirstOrDefault(), what: "a first look");
        await server.CommitAsync(DeliverybotRecords.Save(Site, new DeliverybotRecord
        {
            Problems =
            [
                new SpecError("acme/site/.github/deploy.yml", 2, 15, "wrong-type", "'auto_merge' is true or false, found 'maybe'"),
                new SpecError("acme/site/.github/deploy.yml", 14, 3, "wrong-type", "expected a list for 'required_contexts', found text"),
            ],
        }));
    }

    private static ServerOptions WithProvider(ServerOptions options) => options with
    {
        Deliverybot = [Site],
        OidcProviders = [new OidcProvider { Name = "okta", Title = "Okta", Issuer = "https://acme.okta.com", ClientId = "a" }, new OidcProvider { Name = "kc", Title = "the company's Keycloak", Issuer = "https://kc.example.com", ClientId = "a", Claim = "sub" }],
    };

    /// <summary>An App of the settings at a GitHub that does not answer.</summary>
    private static ServerOptions WithApp(ServerOptions options)
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var app = new GitHubCredentials { AppId = 7, PrivateKey = key.ExportRSAPrivateKeyPem(), WebhookSecret = "secret", ApiUrl = "http://127.0.0.1:1", WebUrl = "http://127.0.0.1:1" };
        return options with { GitHub = app, LogLevel = LogLevel.Error };
    }

    private static async Task<(string Name, string Path)[]> PagesAsync(DashboardServer server) =>
    [
        ("board", "/"),
        ("board-nothing", "/?q=nosuch"),
        ("waiting", "/deployments/" + (await server.NewestAsync("portal", "staging", "waiting")).Id),
        ("rolled-back", "/deployments/" + (await server.NewestAsync("portal", "dev", "rolled_back")).Id),
        ("deployments", "/deployments?phase=failed"),
        ("missing", "/nowhere"),
        ("running", "/deployments/" + (await server.NewestAsync("search", "live", "running")).Id),
    ];

    private static async Task LookAtAsync(Reader reader, string name, string path, List<string> found)
    {
        reader.Forget();
        await reader.VisitAsync(path);
        await LookAsync(reader, name, found, path);
    }

    private static async Task LookAsync(Reader reader, string name, List<string> found, string path = "")
    {
        if (await Axe.CheckAsync(reader.Page) is { Length: > 0 } violations) found.Add($"{name}: {violations}");
        if (await reader.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth")) found.Add($"{name}: wider than the screen");
        found.AddRange(reader.Complaints.Where(c => path != "/nowhere" || !c.Contains("404", StringComparison.Ordinal)).Select(complaint => $"{name}: {complaint}"));
        if (Environment.GetEnvironmentVariable("TOWPATH_SCREENSHOTS") is { Length: > 0 } folder)
            await reader.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }
}
