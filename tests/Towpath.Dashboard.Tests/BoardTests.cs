using Microsoft.Playwright;
using Towpath.Core;
using Towpath.Core.Environments;
using Towpath.Dashboard.Tests.Scene;
using Towpath.Engine.Storage;
using Towpath.Testing;
using static Microsoft.Playwright.Assertions;

namespace Towpath.Dashboard.Tests;

public sealed class BoardTests(Browser browser)
{
    [Fact]
    public async Task Board_shows_what_runs_what_waits_for_whom_and_what_holds_still()
    {
        await using var server = await Story.TellAsync();
        await using var reader = await browser.OpenAsync(server, "vera");

        var portal = reader.Page.Locator("#app-portal");
        await Expect(portal).ToContainTextAsync("v2.0.0");
        await Expect(portal.Locator("td").First).ToContainTextAsync("automatic promotion stands still since a rollback");
        await Expect(portal.GetByRole(AriaRole.Link, new() { Name = "127.0.0.1:8081" })).ToHaveAttributeAsync("href", "http://127.0.0.1:8081/");
        await Expect(reader.Page.Locator("#app-billing")).ToContainTextAsync("waits for approval by staff: sam, kim");
        await Expect(reader.Page.Locator("#app-billing")).ToContainTextAsync("behind dev");
        await Expect(reader.Page.Locator("#app-handbook")).ToContainTextAsync("locked by dev: the printers are here until Friday");
        await Expect(reader.Page.Locator("#app-search")).ToContainTextAsync("deploying");
        await Expect(reader.Page.Locator("#app-archive")).ToContainTextAsync("towpath build add --app archive");
        await Expect(reader.Page.Locator("thead")).ToHaveTextAsync("Applicationdevstagingproductionlive");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Board_changes_without_reload_and_keeps_what_is_typed()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "vera");
        await reader.Page.EvaluateAsync("window.same = true");
        var filter = reader.Page.GetByLabel("Filter by application or version");
        await filter.FillAsync("half a wo");

        await server.LockAsync("shop", "live", "moving the servers");
        await Expect(reader.Page.Locator("#app-shop")).ToContainTextAsync("moving the servers");
        await server.BuildAsync("shop", "v1", 1);
        await server.PromoteAsync("shop", "live", "v1");
        await Expect(reader.Page.Locator("#app-shop")).ToContainTextAsync("waits for lock of dev");

        await Expect(filter).ToHaveValueAsync("half a wo");
        await Expect(filter).ToBeFocusedAsync();
        Assert.True(await reader.Page.EvaluateAsync<bool>("window.same"));
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Tabs_share_one_stream_and_the_next_takes_over_when_the_first_closes()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "vera");
        await reader.VisitAsync("/");
        var second = await reader.NewTabAsync();
        var streams = 0;
        second.Request += (_, request) => streams += request.Url.EndsWith("/api/v1/events", StringComparison.Ordinal) ? 1 : 0;
        await second.GotoAsync("/");
        await server.LockAsync("shop", "live", "first");
        await Expect(second.Locator("#app-shop")).ToContainTextAsync("first");
        Assert.Equal(0, streams);

        await reader.Page.CloseAsync();
        await server.LockAsync("shop", "live", "second");

        await Expect(second.Locator("#app-shop")).ToContainTextAsync("second");
        Assert.Equal(1, streams);
    }

    [Fact]
    public async Task Filter_lives_in_the_address_and_survives_back_and_changes()
    {
        await using var server = await Story.TellAsync();
        await using var reader = await browser.OpenAsync(server, "vera");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "waiting 2" }).ClickAsync();
        await reader.Page.GetByLabel("Filter by application or version").FillAsync("bill");
        await reader.Page.Keyboard.PressAsync("Enter");
        await reader.ArrivesAtAsync("/?q=bill&state=waiting");
        await Expect(reader.Page.Locator("tbody tr")).ToHaveCountAsync(1);

        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Billing" }).ClickAsync();
        await reader.ArrivesAtAsync("/applications/billing");
        await reader.Page.GoBackAsync();
        await Expect(reader.Page.GetByLabel("Filter by application or version")).ToHaveValueAsync("bill");
        await server.LockAsync("billing", "production", "closing the year");

        await Expect(reader.Page.Locator("#app-billing")).ToContainTextAsync("closing the year");
        await Expect(reader.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await reader.VisitAsync("/?q=nosuch");
        await Expect(reader.Page.Locator("main")).ToContainTextAsync("Nothing matches");
    }

    [Fact]
    public async Task Keys_filter_move_open_and_help()
    {
        await using var server = await Story.TellAsync();
        await using var reader = await browser.OpenAsync(server, "vera");
        var keyboard = reader.Page.Keyboard;

        await keyboard.PressAsync("?");
        await Expect(reader.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        await Expect(reader.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await keyboard.PressAsync("/");
        await Expect(reader.Page.GetByLabel("Filter by application or version")).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowDown");
        await Expect(reader.Page.GetByRole(AriaRole.Link, new() { Name = "Archive", Exact = true })).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("ArrowRight");
        await Expect(reader.Page.Locator("#app-billing td").First.Locator("a").First).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await reader.ArrivesAtAsync("/deployments/*");
        await keyboard.PressAsync("b");
        await reader.ArrivesAtAsync("/");
    }

    [Fact]
    public async Task Hostile_texts_are_shown_and_do_nothing()
    {
        const string hostile = "\"><img src=x onerror=alert(1)><script>alert(2)</script>'";
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop").Replace("name: shop", $"name: shop\ntitle: {System.Text.Json.JsonSerializer.Serialize(hostile)}", StringComparison.Ordinal)));
        server.Script.Say([hostile, "</div><script>alert(3)</script>", .. Hostile.Messages, .. Hostile.Refs]);
        await server.BuildAsync("shop", "v1", 1, branch: string.Join(' ', Hostile.Refs.Where(name => name.Length < 100)), author: hostile);
        var everything = $"{hostile} {string.Join(' ', Hostile.Texts.Where(text => !text.Any(char.IsControl)))}";
        var deployment = await server.PromoteAsync("shop", "live", "v1", everything);
        await server.UntilAsync(deployment.Id, Core.Deployments.Phase.Succeeded);
        await server.CommitAsync(new Change.SetLock(new EnvironmentKey("shop", "live"), new EnvironmentLock(hostile, everything, TimeProvider.System.GetUtcNow(), null)));
        await server.CommitAsync(new Change.RecordBuild((await server.Store.Builds.FindByVersionAsync("shop", "v1", CancellationToken.None))! with { Id = Guid.CreateVersion7().ToString("N"), Version = "v2", RunUrl = "javascript:alert(4)" }));
        await using var reader = await browser.OpenAsync(server, "dev");

        foreach (var path in (string[])["/", "/?q=" + Uri.EscapeDataString(hostile), "/deployments/" + deployment.Id, "/applications/shop", "/deployments?application=" + Uri.EscapeDataString(hostile)])
        {
            await reader.VisitAsync(path);
            Assert.Contains(hostile, await reader.Page.Locator("body").InnerHTMLAsync() is var html ? System.Net.WebUtility.HtmlDecode(html) : "", StringComparison.Ordinal);
            Assert.Equal(0, await reader.Page.Locator("img, script:not([src]), [onerror], a[href^='javascript']").CountAsync());
        }

        Assert.DoesNotContain(reader.Complaints, complaint => !complaint.Contains("403", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Thousand_applications_come_in_pages_and_are_found_by_the_server()
    {
        await using var server = await DashboardServer.StartAsync([.. Enumerable.Range(1, 1000).Select(i => ($"app-{i:0000}", Story.Small($"app-{i:0000}")))]);
        await using var reader = await browser.OpenAsync(server, "vera", new ReaderOptions(Scripts: false));

        await Expect(reader.Page.Locator("tbody tr")).ToHaveCountAsync(100);
        await Expect(reader.Page.Locator(".pages")).ToContainTextAsync("Page 1 of 10, 1000 applications");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Expect(reader.Page.Locator("tbody tr").First).ToContainTextAsync("app-0101");
        await reader.VisitAsync("/?q=app-0999");
        await Expect(reader.Page.Locator("tbody tr")).ToHaveCountAsync(1);
    }
}
