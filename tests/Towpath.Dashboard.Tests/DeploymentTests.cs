using Microsoft.Playwright;
using Towpath.Core.Approvals;
using Towpath.Core.Deployments;
using Towpath.Dashboard.Tests.Scene;
using Towpath.Engine.Storage;
using static Microsoft.Playwright.Assertions;

namespace Towpath.Dashboard.Tests;

public sealed class DeploymentTests(Browser browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Approval_is_given_with_a_form_with_and_without_scripts(bool scripts)
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Spec("shop")));
        var id = await WaitingAsync(server);
        await using var watcher = await browser.OpenAsync(server, "vera");
        await watcher.VisitAsync("/deployments/" + id);
        await using var reader = await browser.OpenAsync(server, "sam", new ReaderOptions(Scripts: scripts, Phone: true));
        await reader.VisitAsync("/deployments/" + id);
        await Expect(reader.Page.Locator(".gates")).ToContainTextAsync("one of these may approve: sam, kim");

        await reader.Page.GetByLabel("Comment").FillAsync("looks right");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Approve as staff" }).ClickAsync();

        await Expect(reader.Page.Locator("main")).ToContainTextAsync("Your approval is recorded.");
        var view = await server.UntilAsync(id, Phase.Succeeded);
        Assert.Equal(("sam", "staff", "looks right", Verdict.Approved), (view.Approvals[0].User, view.Approvals[0].Role, view.Approvals[0].Comment, view.Approvals[0].Verdict));
        await Expect(watcher.Page.Locator(".outcome")).ToContainTextAsync("Succeeded, and runs now");
        await Expect(watcher.Page.Locator(".decisions")).ToContainTextAsync("sam approved as staff");
        Assert.Empty(reader.Complaints);
        Assert.Empty(watcher.Complaints);
    }

    [Fact]
    public async Task Role_is_chosen_where_somebody_has_several_that_are_needed()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop").Replace("live: {", "live: { approvals: [{ role: staff }, { role: client }],", StringComparison.Ordinal)));
        await server.BuildAsync("shop", "v1", 1);
        var id = (await server.PromoteAsync("shop", "live", "v1")).Id;
        await using var reader = await browser.OpenAsync(server, "kim");
        await reader.VisitAsync("/deployments/" + id);

        await reader.Page.GetByLabel("As").SelectOptionAsync("client");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await Expect(reader.Page.Locator(".decisions")).ToContainTextAsync("kim approved as client");
        await Expect(reader.Page.Locator(".actions")).ToContainTextAsync("You approved this as client. One person counts for one rule.");
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("Waits for approval by staff: sam");
    }

    [Fact]
    public async Task Rejection_opens_first_and_ends_the_promotion()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Spec("shop")));
        var id = await WaitingAsync(server);
        await using var reader = await browser.OpenAsync(server, "sam");
        await reader.VisitAsync("/deployments/" + id);

        await reader.Page.GetByText("Reject…").ClickAsync();
        await reader.Page.GetByLabel("Why").FillAsync("the text is wrong");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Reject v1" }).ClickAsync();

        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("rejected by sam as staff: the text is wrong");
        Assert.Equal(Phase.Cancelled, (await server.ShowAsync(id)).Phase);
    }

    [Fact]
    public async Task Refused_form_says_why_and_keeps_what_was_typed()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Spec("shop")));
        var id = await WaitingAsync(server);
        await using var reader = await browser.OpenAsync(server, "dev", new ReaderOptions(Scripts: false));
        await reader.VisitAsync("/deployments/" + id);
        await reader.Page.GetByText("Lock…").ClickAsync();
        await reader.Page.GetByLabel("Why, for those who meet the lock").FillAsync("my own reason");
        await reader.Page.GetByLabel("Until").SelectOptionAsync("7200");
        await server.SendAsync<Server.Api.EnvironmentView>("dora", HttpMethod.Put, "/api/v1/applications/shop/environments/staging/lock", new { reason = "faster" });

        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Lock staging" }).ClickAsync();

        await Expect(reader.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("staging is locked by dora");
        await Expect(reader.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("my own reason");
    }

    [Fact]
    public async Task Cancelling_and_locking_and_rolling_back_are_forms()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await DeployAsync(server, "v1", 1);
        await DeployAsync(server, "v2", 2);
        server.Script.Hold("v3");
        await server.BuildAsync("shop", "v3", 3);
        var id = (await server.PromoteAsync("shop", "live", "v3")).Id;
        await server.UntilAsync(id, Phase.Running);
        await using var reader = await browser.OpenAsync(server, "dev");
        await reader.VisitAsync("/deployments/" + id);

        await reader.Page.GetByText("Cancel…").ClickAsync();
        await reader.Page.GetByLabel("Why").First.FillAsync("wrong day");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel v3" }).ClickAsync();
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("rolled back to v2");
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("wrong day");
        await reader.Page.GetByText("Lock…").ClickAsync();
        await reader.Page.GetByLabel("Why, for those who meet the lock").FillAsync("tidying up");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Lock live" }).ClickAsync();
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Unlock live" }).ClickAsync();
        await Expect(reader.Page.Locator("main")).ToContainTextAsync("live is unlocked.");
        await reader.Page.GetByText("Roll back…").ClickAsync();
        await reader.Page.GetByLabel("To", new() { Exact = true }).SelectOptionAsync("v1");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Roll live back" }).ClickAsync();

        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("Succeeded, and runs now");
        await Expect(reader.Page.Locator(".facts")).ToContainTextAsync("as a rollback by dev");
        await Expect(reader.Page.Locator(".history tbody tr")).ToHaveCountAsync(4);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Log_is_followed_until_the_reader_scrolls_up()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        server.Script.Hold("v1");
        await server.BuildAsync("shop", "v1", 1);
        var id = (await server.PromoteAsync("shop", "live", "v1")).Id;
        server.Script.Say([.. Enumerable.Range(1, 100).Select(i => $"line {i} of the tool")]);
        await using var reader = await browser.OpenAsync(server, "dev");
        await reader.VisitAsync("/deployments/" + id);
        var log = reader.Page.Locator("#log");
        await Expect(log).ToContainTextAsync("line 100 of the tool");
        Assert.True(await AtEndAsync(log));

        await log.EvaluateAsync("box => { box.scrollTop = 0; }");
        var follow = reader.Page.GetByRole(AriaRole.Button, new() { Name = "Follow" });
        await Expect(follow).ToBeVisibleAsync();
        server.Script.Say("fatal: out of biscuits", "error: again");
        await Expect(log).ToContainTextAsync("error: again");
        Assert.Equal(0, await log.EvaluateAsync<int>("box => box.scrollTop"));
        await follow.ClickAsync();
        Assert.True(await AtEndAsync(log));
        await Expect(reader.Page.Locator(".first-error .text")).ToHaveTextAsync("fatal: out of biscuits");

        server.Script.Release("v1");
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("Succeeded");
        await Expect(follow).ToBeHiddenAsync();
        await Expect(reader.Page.Locator("#log > div")).ToHaveCountAsync((int)(await server.Store.Deployments.LogAsync(new DeploymentId(id), 0, 1000, CancellationToken.None))[^1].Sequence);
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task Log_of_any_length_shows_its_end_and_links_to_each_line()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        var id = await DeployAsync(server, "v1", 1);
        var now = TimeProvider.System.GetUtcNow();
        await server.Store.AppendLogAsync(new DeploymentId(id), [.. Enumerable.Range(1, 5000).Select(i => new LogLine(0, now, "tool", $"row {i}"))], CancellationToken.None);
        await using var reader = await browser.OpenAsync(server, "dev");

        await reader.VisitAsync("/deployments/" + id);
        await Expect(reader.Page.Locator("#log > div")).ToHaveCountAsync(1000);
        await Expect(reader.Page.Locator("#log > div").Last).ToContainTextAsync("row 5000");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "line 4321", Exact = true }).ClickAsync();
        await reader.ArrivesAtAsync("/deployments/*?from=4001#L4321");
        await Expect(reader.Page.Locator("#L4321")).ToBeInViewportAsync();
        Assert.Equal("row 4317", (await reader.Page.Locator("#L4321").InnerTextAsync()).Trim());
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "To the end" }).ClickAsync();
        await Expect(reader.Page.Locator("#log > div").Last).ToContainTextAsync("row 5000");
    }

    [Fact]
    public async Task Failures_are_never_hidden_and_have_a_filter()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await DeployAsync(server, "v1", 1);
        server.Script.Fail("v2");
        await server.BuildAsync("shop", "v2", 2);
        var failed = await server.UntilAsync((await server.PromoteAsync("shop", "live", "v2")).Id, Phase.RolledBack);
        await using var reader = await browser.OpenAsync(server, "vera");

        await reader.VisitAsync("/applications/shop");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "failed" }).ClickAsync();
        await reader.ArrivesAtAsync("/applications/shop?phase=failed");
        await Expect(reader.Page.Locator("section[aria-labelledby=deployments-title] tbody tr")).ToHaveCountAsync(1);
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "v2" }).ClickAsync();

        await reader.ArrivesAtAsync("/deployments/" + failed.Id);
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("Failed and rolled back to v1");
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("answered 503 instead of 200");
        await Expect(reader.Page.GetByRole(AriaRole.Link, new() { Name = "First error: line" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Promotion_is_asked_for_on_the_application()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await server.BuildAsync("shop", "v1", 1);
        await using var reader = await browser.OpenAsync(server, "dev");
        await reader.VisitAsync("/applications/shop");

        await reader.Page.GetByLabel("Why").Last.FillAsync("the first");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();

        await reader.ArrivesAtAsync("/deployments/*?done=requested");
        await Expect(reader.Page.Locator(".outcome")).ToContainTextAsync("Succeeded, and runs now");
        await Expect(reader.Page.Locator(".facts")).ToContainTextAsync("the first");
    }

    private static Task<bool> AtEndAsync(ILocator log) => log.EvaluateAsync<bool>("box => box.scrollTop + box.clientHeight >= box.scrollHeight - 2");

    private static async Task<string> DeployAsync(DashboardServer server, string version, int commit)
    {
        await server.BuildAsync("shop", version, commit);
        return (await server.UntilAsync((await server.PromoteAsync("shop", "live", version)).Id, Phase.Succeeded)).Id;
    }

    private static async Task<string> WaitingAsync(DashboardServer server)
    {
        await server.BuildAsync("shop", "v1", 1);
        await server.UntilAsync((await server.PromoteAsync("shop", "dev", "v1")).Id, Phase.Succeeded);
        return (await server.PromoteAsync("shop", "staging", "v1")).Id;
    }
}
