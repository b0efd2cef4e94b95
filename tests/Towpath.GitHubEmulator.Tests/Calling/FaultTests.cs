using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Calling;

/// <summary>What a script lets go wrong.</summary>
public sealed class FaultTests : GitHubScene
{
    private static readonly JsonObject Status = new() { ["state"] = "success" };

    private string StatusPath => $"/repos/acme/web/statuses/{Web.Refs["refs/heads/main"]}";

    [Fact]
    public async Task An_error_meets_the_calls_that_it_names()
    {
        Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.Error, On = "POST /repos/{owner}/{repo}/statuses/{sha}", Status = 502, After = 1, Times = 2, Message = "Bad gateway" });
        var client = AsInstallation();
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++) statuses.Add((await client.PostAsync(StatusPath, Status)).Status);

        Assert.Equal([201, 502, 502, 201], statuses);
        Assert.Equal(2, Web.Statuses.Of(Web.Refs["refs/heads/main"]).Count);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore, 0)]
    [InlineData(FaultKind.DropAfter, 1)]
    [InlineData(FaultKind.DropWithin, 1)]
    public async Task A_cut_connection_leaves_what_had_happened(FaultKind kind, int effects)
    {
        Emulator.Script.Add(new ScriptedFault { Kind = kind, On = "POST *" });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AsInstallation().PostAsync(StatusPath, Status));

        Assert.Equal(effects, Web.Statuses.Of(Web.Refs["refs/heads/main"]).Count);
    }

    [Fact]
    public async Task An_error_may_come_after_the_effect()
    {
        Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.ErrorAfter, On = "POST *", Status = 502 });

        Assert.Equal(502, (await AsInstallation().PostAsync(StatusPath, Status)).Status);
        Assert.Single(Web.Statuses.Of(Web.Refs["refs/heads/main"]));
    }

    [Fact]
    public async Task A_slow_call_is_answered_when_its_time_has_come()
    {
        Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.Delay, Delay = TimeSpan.FromSeconds(30) });
        var call = AsInstallation().GetAsync("/repos/acme/web");
        while (Clock.NextTimer is null) await Task.Yield();

        Assert.False(call.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await call).Status);
    }

    [Fact]
    public async Task An_answer_may_come_long_after_the_effect_and_it_is_told_that_the_call_waits()
    {
        Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.DelayAfter, On = "POST *", Delay = TimeSpan.FromSeconds(30) });
        var call = AsInstallation().PostAsync(StatusPath, Status);
        while (Clock.NextTimer is null) await Task.Yield();

        Assert.Equal((1, 1, false), (Web.Statuses.Of(Web.Refs["refs/heads/main"]).Count, Emulator.Script.Waiting, call.IsCompleted));
        Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(201, (await call).Status);
        Assert.Equal((0, 1), (Emulator.Script.Waiting, Emulator.Script.Held));
    }

    [Fact]
    public async Task A_page_of_html_may_come_instead()
    {
        Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.NotJson });
        var got = await AsInstallation().GetAsync("/repos/acme/web");

        Assert.Equal("text/html; charset=utf-8", got.Header("Content-Type"));
    }

    [Fact]
    public async Task Calls_are_told()
    {
        await AsInstallation().PostAsync(StatusPath, Status);
        var call = Assert.Single(Emulator.Calls.Of("POST /repos/{owner}/{repo}/statuses/{sha}"));

        Assert.Equal((201, "towpath[bot]", """{"state":"success"}"""), (call.Status, call.Caller, call.Body));
    }

    [Fact]
    public async Task Whoever_says_nothing_of_themselves_is_refused()
    {
        Assert.Equal(403, (await AsInstallation().GetAsync("/repos/acme/web", ("User-Agent", ""))).Status);
        Assert.Equal(400, (await AsInstallation().GetAsync("/repos/acme/web", ("X-GitHub-Api-Version", "2020-01-01"))).Status);
        Assert.Equal(401, (await With("ghs_unknown").GetAsync("/repos/acme/web")).Status);
        Assert.Equal(404, (await With(null).GetAsync("/repos/acme/web")).Status);
        Assert.Equal(404, (await AsInstallation().GetAsync("/nowhere")).Status);
        Assert.Equal(200, (await AsInstallation().GetAsync("/api/v3/repos/acme/web")).Status);
    }
}
