using System.Net;
using Microsoft.Playwright;
using Towpath.Dashboard.Tests.Scene;
using Towpath.Engine.Storage;
using static Microsoft.Playwright.Assertions;

namespace Towpath.Dashboard.Tests;

public sealed class AccessTests(Browser browser)
{
    [Fact]
    public async Task Link_of_the_first_start_logs_in_once_and_logout_ends_it()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, null);

        await reader.VisitAsync(server.LoginUrl);
        await Expect(reader.Page.Locator("#app-shop")).ToBeVisibleAsync();
        await reader.Page.Locator(".menu > summary").ClickAsync();
        await Expect(reader.Page.Locator(".menu .panel")).ToContainTextAsync("You are administrator, administrator");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await reader.ArrivesAtAsync("/login");
        await reader.VisitAsync(server.LoginUrl);

        await Expect(reader.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("was used already");
        await reader.VisitAsync("/applications/shop");
        await reader.ArrivesAtAsync("/login?to=%2Fapplications%2Fshop");
    }

    [Fact]
    public async Task Wrong_token_is_told_and_the_right_one_leads_where_one_wanted_to_go()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, null);
        await reader.VisitAsync("/applications/shop");

        await reader.Page.GetByLabel("API token").FillAsync("twp_this-is-not-a-token-of-anybody");
        await reader.Page.Keyboard.PressAsync("Enter");
        await Expect(reader.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("unknown, revoked or expired");
        await reader.Page.GetByLabel("API token").FillAsync(await server.TokenAsync("vera"));
        await reader.Page.Keyboard.PressAsync("Enter");

        await reader.ArrivesAtAsync("/applications/shop");
    }

    [Fact]
    public async Task Page_says_so_when_the_login_ends_and_asks_no_more()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "vera");
        var token = (await server.Store.Access.ListTokensAsync(CancellationToken.None)).Single(t => t.User == "vera");

        await server.CommitAsync(new Change.RevokeToken(token.Id, TimeProvider.System.GetUtcNow()));

        await Expect(reader.Page.Locator("#connection")).ToContainTextAsync("You are logged out");
        await Expect(reader.Page.GetByRole(AriaRole.Link, new() { Name = "Log in again" })).ToHaveAttributeAsync("href", "/login?to=%2F");
    }

    [Fact]
    public async Task Colours_follow_the_reader_over_the_system()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "vera");
        var light = await BackgroundAsync(reader);
        await reader.Page.Locator(".menu > summary").ClickAsync();

        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "dark" }).ClickAsync();

        await Expect(reader.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        Assert.NotEqual(light, await BackgroundAsync(reader));
        await reader.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await reader.Page.Locator(".menu > summary").ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "light" }).ClickAsync();
        await Expect(reader.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        Assert.Equal(light, await BackgroundAsync(reader));
    }

    [Theory]
    [InlineData("/nowhere", 404, "There is no page at /nowhere")]
    [InlineData("/deployments/00000000", 404, "There is no deployment")]
    [InlineData("/applications/nosuch", 404, "There is no application")]
    public async Task Refusals_are_pages_that_say_what_to_do(string path, int status, string text)
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "vera");

        var answer = await reader.Page.GotoAsync(path);

        Assert.Equal(status, answer!.Status);
        await Expect(reader.Page.Locator("main")).ToContainTextAsync(text);
        await Expect(reader.Page.GetByRole(AriaRole.Link, new() { Name = "To the board" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Forms_from_elsewhere_are_refused_with_a_page()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "dev");
        var form = reader.Context.APIRequest.CreateFormData();
        form.Set("reason", "forged");
        form.Set("environment", "live");

        var answer = await reader.Context.APIRequest.PostAsync(
            "/applications/shop/lock", new() { Form = form, MaxRedirects = 0, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Accept"] = "text/html" } });

        Assert.Equal(403, answer.Status);
        Assert.Contains("antiforgery token is missing", await answer.TextAsync(), StringComparison.Ordinal);
        Assert.Null((await server.Store.Environments.GetAsync(new Core.EnvironmentKey("shop", "live"), CancellationToken.None)).Lock);
    }

    [Fact]
    public async Task Assets_are_kept_for_good_and_nothing_else_may_run()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        var page = await server.Http.GetAsync(new Uri("/login", UriKind.Relative));
        var html = await page.Content.ReadAsStringAsync();
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);

        var paths = System.Text.RegularExpressions.Regex.Matches(html, "/assets/[a-z.0-9]+", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.Equal(3, paths.Count);
        foreach (var path in paths.Select(match => match.Value))
        {
            var asset = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", asset.Headers.CacheControl!.ToString().Replace("immutable, public, max-age=31536000", "public, max-age=31536000, immutable", StringComparison.Ordinal));
        }
    }

    private static Task<string> BackgroundAsync(Reader reader) => reader.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
