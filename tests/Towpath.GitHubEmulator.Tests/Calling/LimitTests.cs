using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Calling;

/// <summary>GitHub's limits as documented.</summary>
public sealed class LimitTests : GitHubScene
{
    protected override bool DocumentedLimits => true;

    [Fact]
    public async Task The_primary_limit_is_told_and_begins_anew()
    {
        var client = AsInstallation();
        var first = await client.GetAsync("/repos/acme/web");
        Assert.Equal(("5000", "4999", "1", "core"), (first.Header("x-ratelimit-limit"), first.Header("x-ratelimit-remaining"), first.Header("x-ratelimit-used"), first.Header("x-ratelimit-resource")));
        Assert.Equal(Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds().ToString(), first.Header("x-ratelimit-reset"));

        World.Limits.Set($"installation:{Installation.Id}", remaining: 1);
        Assert.Equal(200, (await client.GetAsync("/repos/acme/web")).Status);
        var over = await client.GetAsync("/repos/acme/web");
        Assert.Equal((403, "0", null), (over.Status, over.Header("x-ratelimit-remaining"), over.Header("Retry-After")));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, (await AsInstallation().GetAsync("/repos/acme/web")).Status);
    }

    [Fact]
    public async Task What_has_not_changed_costs_nothing()
    {
        var client = AsInstallation();
        var first = await client.GetAsync("/repos/acme/web");
        var again = await client.GetAsync("/repos/acme/web", ("If-None-Match", first.Header("ETag")!));
        Assert.Equal((304, "", "4999"), (again.Status, again.Text, again.Header("x-ratelimit-remaining")));

        Web.Push("main", new Dictionary<string, string?> { ["a"] = "b" });
        Clock.Advance(TimeSpan.FromSeconds(1));
        Web.Push("main", new Dictionary<string, string?> { ["a"] = "c" });
        Assert.Equal(200, (await client.GetAsync("/repos/acme/web", ("If-None-Match", first.Header("ETag")!))).Status);
    }

    [Fact]
    public async Task Eighty_writes_a_minute_are_enough()
    {
        var client = AsInstallation();
        for (var i = 0; i < 80; i++)
            Assert.Equal(201, (await client.PostAsync($"/repos/acme/web/statuses/{Web.Refs["refs/heads/main"]}", new JsonObject { ["state"] = "success", ["context"] = $"c{i}" })).Status);
        var over = await client.PostAsync($"/repos/acme/web/statuses/{Web.Refs["refs/heads/main"]}", new JsonObject { ["state"] = "success" });

        Assert.Equal((403, "60"), (over.Status, over.Header("Retry-After")));
        Assert.StartsWith("You have exceeded a secondary rate limit", over.Message, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(201, (await client.PostAsync($"/repos/acme/web/statuses/{Web.Refs["refs/heads/main"]}", new JsonObject { ["state"] = "success" })).Status);
    }

    [Fact]
    public async Task A_hundred_calls_at_once_are_enough()
    {
        Emulator.Script.Latency = TimeSpan.FromSeconds(1);
        var client = AsInstallation();
        var calls = Enumerable.Range(0, 101).Select(_ => client.GetAsync("/repos/acme/web")).ToList();
        while (World.Limits.OnTheWay($"installation:{Installation.Id}") < 101) await Task.Yield();
        var all = Task.WhenAll(calls);
        while (!all.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var statuses = (await all).GroupBy(c => c.Status).ToDictionary(g => g.Key, g => g.Count());

        Assert.InRange(statuses.GetValueOrDefault(403), 1, 100);
        Assert.InRange(statuses.GetValueOrDefault(200), 1, 100);
        Emulator.Script.Latency = TimeSpan.Zero;
        // The clock may have gone on for longer than a token counts.
        Assert.Equal(200, (await AsInstallation().GetAsync("/repos/acme/web")).Status);
    }

    [Fact]
    public async Task Limits_come_by_script_with_and_without_headers()
    {
        var client = AsInstallation();
        Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.SecondaryLimit, Status = 429 });
        Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.SecondaryLimit, RetryAfter = 30 });
        Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.RateLimit });

        var bare = await client.GetAsync("/repos/acme/web");
        var after = await client.GetAsync("/repos/acme/web");
        var primary = await client.GetAsync("/repos/acme/web");

        Assert.Equal((429, null), (bare.Status, bare.Header("Retry-After")));
        Assert.Equal((403, "30"), (after.Status, after.Header("Retry-After")));
        Assert.Equal((403, "0"), (primary.Status, primary.Header("x-ratelimit-remaining")));
        Assert.Equal(200, (await client.GetAsync("/repos/acme/web")).Status);
    }
}
