using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Towpath.Core.Audit;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Rest;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.App;
using Towpath.Server.Security;
using Towpath.Server.Tests.Scene;
using Secret = Towpath.Server.Security.Secret;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>The App is created from the dashboard by its manifest, used at once, kept secret, and removed again.</summary>
public sealed class AppTests
{
    [Fact]
    public async Task App_of_an_organization_is_created_in_a_few_clicks_and_used_at_once()
    {
        await using var scene = await GitHubServer.StartAsync(isConnected: false);
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        Assert.Contains("Connect GitHub", await ada.PageAsync("/github"), StringComparison.Ordinal);

        var back = await RegisterAsync(scene, ada);
        Assert.Equal("/github?done=created", await ada.LocationOfAsync(back));

        var app = scene.World.Apps.BySlug("towpath-acme")!;
        Assert.Equal(scene.Server.Http.BaseAddress + "webhooks/github", app.WebhookUrl);
        Assert.Equal(AppNeeds.Events.Order(StringComparer.Ordinal), app.Events.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("administration", app.Permissions.Keys);
        Assert.Equal(app.Id, scene.Server.Running.Services.GetRequiredService<IGitHubAppSource>().Current!.AppId);
        Assert.Contains("not installed", await ada.PageAsync("/github?done=created"), StringComparison.Ordinal);

        app.Install("acme");
        await scene.SettledAsync();
        Assert.Contains("connected", await ada.PageAsync("/github"), StringComparison.Ordinal);
        // GitHub signs with the secret that only it and this server have.
        Assert.Contains(await scene.Server.Store.Deliveries.ListAsync(new DeliveryFilter(null, null, 10), default), d => d.Event == "installation");
        var view = await scene.Server.GetAsync<GitHubAppView>("ada", "/api/v1/github/app");
        Assert.Equal(("dashboard", "acme", "ada"), (view.Source, view.Owner, view.CreatedBy));
        Assert.Empty(Assert.Single(view.Installations).MissingPermissions);
    }

    [Fact]
    public async Task App_of_ones_own_account_without_webhooks_is_created_too()
    {
        await using var scene = await GitHubServer.StartAsync(isConnected: false);
        scene.World.Script.Login = "kim";
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");

        await ada.PageAsync("/github");
        using var page = await ada.PostAsync("/github/app", ("kind", "personal"), ("environments", "yes"));
        Assert.Equal("/github?done=created", await ada.LocationOfAsync(await SendManifestAsync(ada, await page.Content.ReadAsStringAsync())));

        var app = Assert.Single(scene.World.Apps.All, a => a.Owner.Login == "kim");
        Assert.Null(app.WebhookUrl);
        Assert.Equal("write", app.Permissions["administration"]);
    }

    [Fact]
    public async Task Only_the_page_that_sends_the_manifest_may_send_a_form_to_GitHub()
    {
        await using var scene = await GitHubServer.StartAsync(isConnected: false);
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        using var before = await ada.GetAsync("/github");
        using var page = await ada.PostAsync("/github/app", ("kind", "organization"), ("organization", "acme"));
        using var wrong = await ada.PostAsync("/github/app", ("kind", "organization"), ("organization", "a/../b"));

        var host = scene.GitHub.Url.GetLeftPart(UriPartial.Authority);
        Assert.EndsWith($"form-action 'self' {host}", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.EndsWith("form-action 'self'", before.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.EndsWith("form-action 'self'", wrong.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("wrong")]
    [InlineData("reused")]
    [InlineData("of another session")]
    [InlineData("too old")]
    [InlineData("of an earlier try")]
    public async Task State_that_does_not_count_creates_nothing(string how)
    {
        await using var scene = await GitHubServer.StartAsync(isConnected: false);
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        using var other = await new Visitor(scene.Server).LogInAsync("ada");
        var back = await RegisterAsync(scene, ada);
        var (code, state) = (Query(back, "code"), Query(back, "state"));
        if (how == "reused") Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ada.GetAsync($"/github/app/created?code=nonsense&state={state}")).StatusCode);
        if (how == "too old") await AgeAsync(scene.Server, state, ada);
        if (how == "of an earlier try") await ada.PostAsync("/github/app", ("kind", "organization"), ("organization", "acme"));
        var attempt = how switch
        {
            "missing" => $"/github/app/created?code={code}",
            "wrong" => $"/github/app/created?code={code}&state={Secret.New()}",
            _ => $"/github/app/created?code={code}&state={state}",
        };

        var page = await (how == "of another session" ? other : ada).PageAsync(attempt, HttpStatusCode.Forbidden);

        Assert.Contains("This did not start here", page, StringComparison.Ordinal);
        Assert.Null(scene.Server.Running.Services.GetRequiredService<IGitHubAppSource>().Current);
        Assert.DoesNotContain(scene.GitHub.Calls.All, call => call.Path.Contains("conversions", StringComparison.Ordinal) && call.Status == 201);
    }

    [Fact]
    public async Task Secrets_of_the_App_are_in_no_page_log_answer_audit_entry_or_row()
    {
        await using var scene = await GitHubServer.StartAsync(isConnected: false);
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        await ada.LocationOfAsync(await RegisterAsync(scene, ada));
        var app = scene.World.Apps.BySlug("towpath-acme")!;
        app.Install("acme");
        await scene.SettledAsync();
        var texts = new List<string> { await ada.PageAsync("/github"), await ada.PageAsync("/github?done=created"), await ada.PageAsync("/login") };
        using (var answer = await scene.Server.SendAsync("ada", HttpMethod.Get, "/api/v1/github/app")) texts.Add(await answer.Content.ReadAsStringAsync());
        await ada.PageAsync("/github");
        using (var removed = await ada.PostAsync("/github/app/remove")) Assert.Equal("/github?done=removed", Visitor.Location(removed));
        texts.Add(scene.Server.Log.All);
        texts.AddRange((await AuditAsync(scene.Server)).Select(entry => $"{entry.Action} {entry.Details}"));
        texts.Add($"{StoredApp.Of(Created(app), "ada", default)} {Created(app)}");

        await using var again = await GitHubServer.StartAsync(isConnected: false);
        using var eve = await new Visitor(again.Server).LogInAsync("ada");
        await eve.LocationOfAsync(await RegisterAsync(again, eve));
        texts.AddRange((await again.Server.Store.Configuration.SettingsAsync("", default)).Values);
        var kept = again.World.Apps.BySlug("towpath-acme")!;
        foreach (var secret in (string[])[app.ClientSecret, app.WebhookSecret!, Middle(app.Key), kept.ClientSecret, kept.WebhookSecret!, Middle(kept.Key)])
            Assert.All(texts, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task App_is_removed_and_another_can_be_created()
    {
        await using var scene = await GitHubServer.StartAsync(isConnected: false);
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        await ada.LocationOfAsync(await RegisterAsync(scene, ada));
        using (var second = await ada.PostAsync("/github/app", ("kind", "organization"), ("organization", "acme"))) Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);

        using var gone = await scene.Server.SendAsync("ada", HttpMethod.Delete, "/api/v1/github/app");

        Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
        Assert.Null(scene.Server.Running.Services.GetRequiredService<IGitHubAppSource>().Current);
        await scene.Server.RefusedAsync("ada", HttpMethod.Delete, "/api/v1/github/app", null, HttpStatusCode.NotFound, "no_github_app");
        Assert.Contains("Connect GitHub", await ada.PageAsync("/github"), StringComparison.Ordinal);
        Assert.Equal(["github_app.created", "github_app.removed"], (await AuditAsync(scene.Server)).Select(e => e.Action).Where(a => a.StartsWith("github_app", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task App_of_the_settings_wins_and_is_removed_there()
    {
        await using var scene = await GitHubServer.StartAsync();
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        scene.Installation.Permissions.Remove("deployments");

        var page = await ada.PageAsync("/github");

        Assert.Contains("towpath.yaml", page, StringComparison.Ordinal);
        Assert.Contains("deployments: write", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Remove the App", page, StringComparison.Ordinal);
        await scene.Server.RefusedAsync("ada", HttpMethod.Delete, "/api/v1/github/app", null, HttpStatusCode.Conflict, "github_app_configured");
        using var start = await ada.PostAsync("/github/app", ("kind", "personal"));
        Assert.Equal(HttpStatusCode.Conflict, start.StatusCode);
    }

    [Fact]
    public async Task Another_replica_takes_it_up_and_one_with_another_key_says_so()
    {
        await using var scene = await GitHubServer.StartAsync(isConnected: false);
        var services = scene.Server.Running.Services;
        var replica = new StoredApps(scene.Server.Store, services.GetRequiredService<IDataProtectionProvider>(), NullLogger<StoredApps>.Instance);
        var stranger = new StoredApps(scene.Server.Store, new EphemeralDataProtectionProvider(), NullLogger<StoredApps>.Instance);
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        await ada.LocationOfAsync(await RegisterAsync(scene, ada));

        await replica.RefreshAsync(default);
        await stranger.RefreshAsync(default);

        Assert.Equal(scene.World.Apps.BySlug("towpath-acme")!.Id, replica.Current!.AppId);
        Assert.True(stranger is { Current: null, IsUnreadable: true });
        await scene.Server.Store.CommitAsync(new Commit { Changes = [StoredApps.Remove()] }, default);
        await replica.RefreshAsync(default);
        Assert.Null(replica.Current);
    }

    [Fact]
    public async Task GitHub_out_of_reach_is_said_and_the_page_stays()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var credentials = new GitHubCredentials { AppId = 7, PrivateKey = key.ExportRSAPrivateKeyPem(), WebhookSecret = "secret", ApiUrl = "http://127.0.0.1:1", WebUrl = "http://127.0.0.1:1" };
        await using var server = await TestServer.StartAsync(github: credentials);
        using var ada = await new Visitor(server).LogInAsync("ada");

        var page = await ada.PageAsync("/github");

        Assert.Contains("not known", page, StringComparison.Ordinal);
        Assert.Contains("check the network", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://towpath.example.com/x?y")]
    [InlineData("http://towpath.example.com")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user:word@towpath.example.com")]
    [InlineData("\"><script>alert(1)</script>")]
    public async Task Address_that_GitHub_could_not_use_is_refused_and_escaped(string url)
    {
        await using var scene = await GitHubServer.StartAsync(isConnected: false);
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        await ada.PageAsync("/github");

        using var answer = await ada.PostAsync("/github/app", ("kind", "personal"), ("public_url", url));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.DoesNotContain("<script>alert", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Through the form and GitHub's page: the address that the browser comes back to.</summary>
    internal static async Task<string> RegisterAsync(GitHubServer scene, Visitor visitor)
    {
        await visitor.PageAsync("/github");
        using var page = await visitor.PostAsync("/github/app", ("kind", "organization"), ("organization", "acme"), ("public_url", scene.Server.Http.BaseAddress!.ToString()));
        return await SendManifestAsync(visitor, await page.Content.ReadAsStringAsync());
    }

    private static async Task<string> SendManifestAsync(Visitor visitor, string page)
    {
        var form = page[page.LastIndexOf("<form", page.IndexOf("name=\"manifest\"", StringComparison.Ordinal), StringComparison.Ordinal)..];
        var action = Visitor.Attribute(form, "action=")!;
        var manifest = Visitor.Attribute(page, "name=\"manifest\" value=")!;
        Assert.NotNull(JsonNode.Parse(manifest));
        using var agreed = await visitor.PostAsync(action, ("manifest", manifest));
        return Visitor.Location(agreed);
    }

    private static async Task AgeAsync(TestServer server, string state, Visitor visitor)
    {
        var value = $"{TimeProvider.System.GetUtcNow().AddSeconds(-1):O} {Secret.Hash(visitor.Cookies[Authentication.Cookie])}";
        await server.Store.CommitAsync(new Commit { Changes = [new Change.SaveSetting(AppStates.SettingPrefix + Secret.Hash(state), value)] }, default);
    }

    private static async Task<IReadOnlyList<AuditEntry>> AuditAsync(TestServer server)
    {
        await server.Running.Services.GetRequiredService<Engine.Work.AuditSealer>().SealAsync(null, default);
        return [.. (await server.GetAsync<AuditPage>("ada", "/api/v1/audit?limit=1000")).Entries.Select(e => e.Entry)];
    }

    private static CreatedApp Created(GitHubEmulator.Apps.App app) => new() { Id = app.Id, Pem = app.Key, ClientId = app.ClientId, ClientSecret = app.ClientSecret, WebhookSecret = app.WebhookSecret };

    private static string Query(string address, string name) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(address).Query)[name].ToString();

    /// <summary>A line of a key that no other text has.</summary>
    private static string Middle(string pem) => pem.Split('\n')[5];
}
