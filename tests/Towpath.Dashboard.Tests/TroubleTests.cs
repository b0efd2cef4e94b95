using Microsoft.Playwright;
using Towpath.Core.Deployments;
using Towpath.Dashboard.Tests.Scene;
using Towpath.Engine.Storage;
using static Microsoft.Playwright.Assertions;

namespace Towpath.Dashboard.Tests;

/// <summary>What people see when something is wrong with Towpath, or only they can go on.</summary>
public sealed class TroubleTests(Browser browser)
{

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deployment_that_needs_attention_says_what_to_do_and_tries_again_when_told(bool scripts)
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        var id = await NeedsAttentionAsync(server);
        await using var reader = await browser.OpenAsync(server, "dev", new ReaderOptions(Scripts: scripts));
        await Expect(reader.Page.Locator("#app-shop")).ToContainTextAsync("needs attention");
        await reader.VisitAsync("/deployments/" + id);
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("Needs a person");
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("the machine does not answer");
        await Expect(reader.Page.Locator(".outcome .todo")).ToContainTextAsync("mend the cause and retry the deployment");

        server.Script.Mend("v1");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Expect(reader.Page.Locator("main")).ToContainTextAsync("It tries again.");
        await server.UntilAsync(id, Phase.RolledBack);
        if (!scripts) await reader.VisitAsync("/deployments/" + id);
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("Failed and rolled back to v1");
        await Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToHaveCountAsync(0);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Retry_that_comes_too_late_is_told_and_viewers_are_not_offered_it()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        var id = await NeedsAttentionAsync(server);
        await using var viewer = await browser.OpenAsync(server, "vera", new ReaderOptions(Scripts: false));
        await viewer.VisitAsync("/deployments/" + id);
        await Expect(viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToHaveCountAsync(0);
        await using var reader = await browser.OpenAsync(server, "dev", new ReaderOptions(Scripts: false));
        await reader.VisitAsync("/deployments/" + id);
        server.Script.Mend("v1");
        await server.SendAsync<Server.Api.DeploymentView>("dora", HttpMethod.Post, $"/api/v1/deployments/{id}/retry");
        await server.UntilAsync(id, Phase.RolledBack);

        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Expect(reader.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This cannot be done with shop/live v2");
    }

    [Fact]
    public async Task Rollback_that_cannot_be_done_is_given_up_with_words_that_say_so()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        var id = await NeedsAttentionAsync(server);
        await using var reader = await browser.OpenAsync(server, "dev");
        await reader.VisitAsync("/deployments/" + id);

        await reader.Page.GetByText("Cancel…").ClickAsync();
        await Expect(reader.Page.Locator(".actions")).ToContainTextAsync("The rollback is given up: what stands there now stays.");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel v2" }).ClickAsync();

        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("Failed, and the rollback failed too");
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("dev gave the rollback up");
    }

    [Fact]
    public async Task Database_that_is_away_is_a_page_that_says_so_and_works_again_with_it()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "vera");
        server.Trouble.Now = new StoreUnavailableException("the disk is full at /secret/place");

        var answer = await reader.Page.GotoAsync("/applications/shop");

        Assert.Equal(503, answer!.Status);
        Assert.Equal("5", await answer.HeaderValueAsync("Retry-After"));
        await Expect(reader.Page.Locator("main")).ToContainTextAsync("The database is not available");
        await Expect(reader.Page.Locator("main")).ToContainTextAsync("Nothing was changed. Try again in a few seconds");
        Assert.DoesNotContain("/secret/place", await reader.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal("", await Axe.CheckAsync(reader.Page));
        server.Trouble.Now = null;
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await reader.ArrivesAtAsync("/applications/shop");
        await Expect(reader.Page.Locator("h1")).ToContainTextAsync("shop");
    }

    [Fact]
    public async Task Fault_of_the_server_is_a_page_that_tells_nothing_of_its_inside()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "vera", new ReaderOptions(Phone: true));
        server.Trouble.Now = new InvalidOperationException("password=hunter2");

        var answer = await reader.Page.GotoAsync("/?q=shop");

        Assert.Equal(500, answer!.Status);
        await Expect(reader.Page.Locator("main")).ToContainTextAsync("Something went wrong here");
        Assert.DoesNotContain("hunter2", await reader.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", await reader.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal("", await Axe.CheckAsync(reader.Page));
        server.Trouble.Now = null;
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await Expect(reader.Page.GetByLabel("Filter by application or version")).ToHaveValueAsync("shop");
    }

    [Fact]
    public async Task Open_page_outlives_an_absent_database()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await using var reader = await browser.OpenAsync(server, "vera");
        await Expect(reader.Page.Locator("#app-shop")).ToBeVisibleAsync();

        server.Trouble.Now = new StoreUnavailableException("gone");
        await Expect(reader.Page.Locator("#connection")).ToContainTextAsync("Connection to Towpath lost");
        await Expect(reader.Page.Locator("#app-shop")).ToBeVisibleAsync();
        server.Trouble.Now = null;
        await server.LockAsync("shop", "live", "after the outage");

        await Expect(reader.Page.Locator("#app-shop")).ToContainTextAsync("after the outage");
        await Expect(reader.Page.Locator("#connection")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Pages_of_a_server_that_restarts_say_so_and_then_show_the_newest_state()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        server.Script.Hold("v1");
        await server.BuildAsync("shop", "v1", 1);
        var id = (await server.PromoteAsync("shop", "live", "v1")).Id;
        await server.UntilAsync(id, Phase.Running);
        await using var reader = await browser.OpenAsync(server, "dev");
        var second = await reader.NewTabAsync();
        await second.GotoAsync("/deployments/" + id);
        await Expect(second.Locator("#log")).ToContainTextAsync("fetch of v1");
        await reader.Page.EvaluateAsync("window.same = true");

        await server.StopAsync();
        await Expect(reader.Page.Locator("#connection")).ToContainTextAsync("Connection to Towpath lost");
        await Expect(second.Locator("#connection")).ToContainTextAsync("Connection to Towpath lost");
        server.Script.Release("v1");
        await server.StartAgainAsync();
        await server.UntilAsync(id, Phase.Succeeded);
        await server.LockAsync("shop", "live", "after the restart");

        await Expect(reader.Page.Locator("#app-shop")).ToContainTextAsync("after the restart");
        await Expect(reader.Page.Locator("#connection")).ToBeHiddenAsync();
        await Expect(second.Locator(".outcome")).ToContainTextAsync("Succeeded, and runs now");
        await Expect(second.Locator("#log")).ToContainTextAsync("verify of v1");
        await Expect(second.Locator("#connection")).ToBeHiddenAsync();
        Assert.True(await reader.Page.EvaluateAsync<bool>("window.same"), "the page was not loaded again");
    }

    [Fact]
    public async Task Board_tells_of_a_last_deployment_that_failed_beside_what_runs()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await DeployAsync(server, "v1", 1, Phase.Succeeded);
        server.Script.Fail("v2");
        var failed = await DeployAsync(server, "v2", 2, Phase.RolledBack);
        await using var reader = await browser.OpenAsync(server, "dev");
        var shop = reader.Page.Locator("#app-shop");
        await Expect(shop).ToContainTextAsync("automatic promotion stands still since a rollback");
        await Expect(shop).Not.ToContainTextAsync("the last deployment");

        await server.SendAsync<Server.Api.EnvironmentView>("dev", HttpMethod.Delete, "/api/v1/applications/shop/environments/live/suspension");

        await Expect(shop).ToContainTextAsync("v1");
        await Expect(shop).ToContainTextAsync("healthy");
        await Expect(shop.GetByRole(AriaRole.Link, new() { Name = "the last deployment failed and was rolled back" })).ToHaveAttributeAsync("href", "/deployments/" + failed);
        await DeployAsync(server, "v3", 3, Phase.Succeeded);
        await Expect(shop).ToContainTextAsync("v3");
        await Expect(shop).Not.ToContainTextAsync("the last deployment");
    }

    /// <summary>v2 fails, and putting v1 back meets a technical error.</summary>
    private static async Task<string> NeedsAttentionAsync(DashboardServer server)
    {
        await DeployAsync(server, "v1", 1, Phase.Succeeded);
        server.Script.Fail("v2");
        server.Script.Break("v1");
        return await DeployAsync(server, "v2", 2, Phase.NeedsAttention);
    }

    private static async Task<string> DeployAsync(DashboardServer server, string version, int commit, Phase phase)
    {
        await server.BuildAsync("shop", version, commit);
        return (await server.UntilAsync((await server.PromoteAsync("shop", "live", version)).Id, phase)).Id;
    }
}
