using Towpath.Core;
using Towpath.Core.Gates;
using Towpath.Dashboard.Tests.Scene;
using Towpath.Engine.Storage;
using static Microsoft.Playwright.Assertions;

namespace Towpath.Dashboard.Tests;

/// <summary>What was pushed and is to come to an environment, before there is a deployment.</summary>
[Trait("Row", "D3")]
public sealed class WatchTests(Browser browser)
{
    [Fact]
    public async Task Environment_says_for_what_a_pushed_commit_waits_and_follows_it()
    {
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await server.CommitAsync(new Change.SaveWatch(Of(new EnvironmentKey("shop", "live"), "main", "build")));
        await using var reader = await browser.OpenAsync(server, "vera");
        foreach (var path in (string[])["/", "/applications/shop"])
        {
            await reader.VisitAsync(path);
            await Expect(reader.Page.Locator(".cell")).ToContainTextAsync("commit abc1234 of main waits for check build");
        }

        await server.CommitAsync(new Change.SaveWatch(Of(new EnvironmentKey("shop", "live"), "main", "tests")));
        await Expect(reader.Page.Locator(".cell")).ToContainTextAsync("waits for check tests");
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    [Trait("Attack", "XSS")]
    public async Task Hostile_names_of_branches_and_checks_are_shown_and_do_nothing()
    {
        const string hostile = "<img src=x onerror=alert(1)>";
        await using var server = await DashboardServer.StartAsync(("shop", Story.Small("shop")));
        await server.CommitAsync(new Change.SaveWatch(Of(new EnvironmentKey("shop", "live"), hostile, hostile)));
        await using var reader = await browser.OpenAsync(server, "vera");
        await reader.VisitAsync("/applications/shop");

        await Expect(reader.Page.Locator(".cell")).ToContainTextAsync($"of {hostile} waits for check {hostile}");
        Assert.Equal(0, await reader.Page.Locator("img, [onerror]").CountAsync());
    }

    internal static StoredWatch Of(EnvironmentKey key, string branch, string check) => new()
    {
        Key = key, RepositoryId = 7, Ref = $"refs/heads/{branch}", Sha = "abc1234" + new string('0', 33), State = WatchState.Waiting,
        Since = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(3), UpdatedAt = TimeProvider.System.GetUtcNow(),
        Reason = new GateResult { Gate = "check", State = GateState.Closed, Facts = new Dictionary<string, string> { ["name"] = check, ["state"] = "pending", ["said"] = "in_progress" } },
    };
}
