using Microsoft.Playwright;
using Towpath.Dashboard.Tests.Scene;
using Towpath.Engine.Storage;
using Towpath.Testing;
using static Microsoft.Playwright.Assertions;

namespace Towpath.Dashboard.Tests;

public sealed class DeliveryTests(Browser browser)
{
    [Fact]
    public async Task Delivery_that_was_not_understood_is_found_and_handled_again()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        var guid = await server.DeliveredAsync("push", """{"ref": 7}""", "`ref` is not text");
        await using var reader = await browser.OpenAsync(server, "ada");
        await reader.Page.Locator(".menu > summary").ClickAsync();
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Deliveries from GitHub" }).ClickAsync();
        await reader.ArrivesAtAsync("/github/deliveries");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "trouble" }).ClickAsync();
        await Expect(reader.Page.Locator("tbody tr")).ToContainTextAsync("`ref` is not text");
        await reader.VisitAsync($"/github/deliveries/{guid}");
        await Expect(reader.Page.Locator("pre.payload")).ToContainTextAsync("\"ref\": 7");

        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Handle it again" }).ClickAsync();

        await reader.ArrivesAtAsync($"/github/deliveries/{guid}?done=replay");
        await Expect(reader.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync("It is handled again.");
        // Nobody woke its lane when it was put there; the replay does.
        await Expect(reader.Page.Locator(".title .chip")).ToContainTextAsync("not understood");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Delivery_that_changes_while_its_page_is_open_changes_there()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        var guid = await server.DeliveredAsync("push", """{"ref": 7}""", "`ref` is not text");
        await using var reader = await browser.OpenAsync(server, "ada");
        await reader.VisitAsync($"/github/deliveries/{guid}");

        // A page asks by itself when it opens: of so many changes most can only have been told.
        for (var time = 1; time <= 4; time++)
        {
            await server.CommitAsync(new Change.ReplayDelivery(guid, 0));
            await Expect(reader.Page.Locator(".title .chip")).ToContainTextAsync("pending");
            await server.CommitAsync(new Change.SettleDelivery(new DeliveryOutcome(guid, DeliveryState.Failed, TimeProvider.System.GetUtcNow(), $"failed {time}")));
            await Expect(reader.Page.Locator("main")).ToContainTextAsync($"failed {time}");
        }
    }

    [Fact]
    public async Task Hostile_payload_is_shown_and_does_nothing()
    {
        const string hostile = "</pre><img src=x onerror=alert(1)><script>alert(2)</script>\"'";
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        var json = await server.DeliveredAsync("push", System.Text.Json.JsonSerializer.Serialize(new { title = hostile }), hostile);
        var text = await server.DeliveredAsync("push", hostile, hostile);
        var all = await server.DeliveredAsync("push", string.Join('\n', Hostile.Messages), string.Join(' ', Hostile.Messages));
        await using var reader = await browser.OpenAsync(server, "ada");

        foreach (var path in (string[])["/github/deliveries", $"/github/deliveries/{json}", $"/github/deliveries/{text}", $"/github/deliveries/{all}", "/github/deliveries?state=" + Uri.EscapeDataString(hostile)])
        {
            await reader.VisitAsync(path);
            Assert.Equal(0, await reader.Page.Locator("img, script:not([src]), [onerror], a[href^='javascript']").CountAsync());
        }

        await reader.VisitAsync($"/github/deliveries/{text}");
        Assert.Equal(hostile, await reader.Page.Locator("pre.payload").InnerTextAsync());
    }

    [Fact]
    public async Task Others_than_administrators_neither_see_the_link_nor_the_page()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "dev");
        await reader.Page.Locator(".menu > summary").ClickAsync();

        await Expect(reader.Page.GetByRole(AriaRole.Link, new() { Name = "Deliveries from GitHub" })).ToHaveCountAsync(0);
        await reader.VisitAsync("/github/deliveries");
        await Expect(reader.Page.Locator("main")).ToContainTextAsync("needs the role administrator");
    }
}
