using System.Net;
using System.Text.Json;
using Towpath.Testing;

namespace Towpath.EndToEnd;

/// <summary>One build through three environments, on the command line alone, each person with a token of their own.</summary>
public sealed class PromotionTests
{
    private const string First = "1111111aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Second = "2222222bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    [Fact]
    [Trait("Row", "N4")]
    [Trait("Row", "N14")]
    [Trait("Row", "O9")]
    public async Task Production_gets_exactly_the_bytes_that_passed_staging_and_the_record_says_so()
    {
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(First, "one");
        var digest = plane.DigestOf(First);
        await AddAsync(plane, First);
        await OnDevAsync(plane, "one");
        await CarryAsync(plane, "staging", "kim");
        await CarryAsync(plane, "production", "kim", "pat");
        Assert.Equal("one", await PageAsync(plane, 3));

        foreach (var environment in (string[])["dev", "staging", "production"])
        {
            var history = await plane.JsonAsync("dana", 0, "history", "docs", "--env", environment);
            var deployment = Assert.Single(history.GetProperty("deployments").EnumerateArray());
            Assert.Equal(digest, deployment.GetProperty("digest").GetString());
            Assert.Equal("succeeded", deployment.GetProperty("phase").GetString());
        }

        // Who, what, when and why of each start is in the sealed log, under the same digest.
        var export = await SealedAsync(plane, "deployment.succeeded", 3);
        var started = export.Where(l => l.Contains("deployment.started", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, started.Count);
        Assert.All(started, l => Assert.Contains(digest, l, StringComparison.Ordinal));
        Assert.Contains(export, l => l.Contains("\"pat\"", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "N9")]
    public async Task Production_failure_goes_back_by_itself_to_the_digest_that_ran_before()
    {
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(First, "one");
        plane.Build(Second, "two", imprint: false);
        await AddAsync(plane, First);
        await OnDevAsync(plane, "one");
        await CarryAsync(plane, "staging", "kim");
        await CarryAsync(plane, "production", "kim", "pat");
        await AddAsync(plane, Second);
        await OnDevAsync(plane, "two");
        await CarryAsync(plane, "staging", "kim");

        await plane.JsonAsync("dana", 3, "promote", "docs", "--to", "production");
        await plane.JsonAsync("pat", 3, "approve", "docs", "--env", "production");
        await plane.AsAsync("kim", "approve", "docs", "--env", "production");
        var ended = await EndedAsync(plane, "production");
        Assert.Equal("rolled_back", ended.GetProperty("phase").GetString());
        Assert.Contains("imprint.html", ended.GetProperty("outcome").GetString(), StringComparison.Ordinal);
        Assert.Equal("one", await PageAsync(plane, 3));

        var environment = await EnvironmentAsync(plane, "production");
        Assert.Equal(plane.DigestOf(First), environment.GetProperty("running").GetProperty("digest").GetString());
        // Nothing goes there by itself until somebody says so.
        Assert.True(environment.TryGetProperty("suspension", out _));
        Assert.False((await plane.JsonAsync("dana", 0, "resume", "docs", "--env", "production")).TryGetProperty("suspension", out _));
    }

    [Fact]
    [Trait("Row", "N9")]
    public async Task First_production_deployment_that_fails_says_plainly_that_there_is_nothing_to_go_back_to()
    {
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(First, "one", imprint: false);
        await AddAsync(plane, First);
        await OnDevAsync(plane, "one");
        await CarryAsync(plane, "staging", "kim");
        await plane.JsonAsync("dana", 3, "promote", "docs", "--to", "production");
        await plane.JsonAsync("pat", 3, "approve", "docs", "--env", "production");
        await plane.AsAsync("kim", "approve", "docs", "--env", "production");
        var ended = await EndedAsync(plane, "production");
        Assert.Equal("failed", ended.GetProperty("phase").GetString());
        Assert.Contains("no version is known to have succeeded here before", ended.GetProperty("outcome").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_codes_of_promote_tell_waiting_done_and_failed_apart()
    {
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(First, "one");
        plane.Build(Second, "two", imprint: false);
        await AddAsync(plane, First);
        await OnDevAsync(plane, "one");

        var waiting = await plane.AsAsync("dana", "promote", "docs", "--to", "staging");
        Assert.Equal(3, waiting.ExitCode);
        Assert.Contains("✗ closed 0 of 1 approvals by role staff", waiting.Output, StringComparison.Ordinal);
        Assert.Contains("→ one of these may approve: kim, lee", waiting.Output, StringComparison.Ordinal);
        Assert.Equal(5, (await plane.AsAsync("dana", "approve", "docs", "--env", "staging")).ExitCode);
        Assert.Equal(5, (await plane.AsAsync("pat", "approve", "docs", "--env", "staging")).ExitCode);
        Assert.Equal(2, (await plane.AsAsync("kim", "approve", "docs", "--env", "production")).ExitCode);
        Assert.Equal(2, (await plane.AsAsync("dana", "promote", "docs", "--to", "nowhere")).ExitCode);

        var timeOver = await plane.AsAsync("dana", "promote", "docs", "--to", "production", "--wait", "--timeout", "1s");
        Assert.Equal(3, timeOver.ExitCode);
        Assert.Contains("gave up waiting", timeOver.Error, StringComparison.Ordinal);
        await plane.JsonAsync("dana", 0, "cancel", "docs", "--env", "production");

        Assert.Equal(0, (await plane.AsAsync("kim", "approve", "docs", "--env", "staging")).ExitCode);
        Assert.Equal("succeeded", (await EndedAsync(plane, "staging")).GetProperty("phase").GetString());
        await AddAsync(plane, Second);
        await OnDevAsync(plane, "two");
        var back = await plane.AsAsync("dana", "rollback", "docs", "--env", "dev", "--wait");
        Assert.True(back.ExitCode == 0, back.Output + back.Error);
        Assert.Equal("one", await PageAsync(plane, 1));
    }

    [Fact]
    public async Task Wait_ends_with_one_when_it_was_rolled_back_and_says_to_what()
    {
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(First, "one");
        plane.Build(Second, "two", imprint: false);
        await AddAsync(plane, First);
        await OnDevAsync(plane, "one");
        await CarryAsync(plane, "staging", "kim");
        await CarryAsync(plane, "production", "kim", "pat");
        await AddAsync(plane, Second);
        await OnDevAsync(plane, "two");
        await CarryAsync(plane, "staging", "kim");
        var waiting = plane.AsAsync("dana", "promote", "docs", "--to", "production", "--wait");
        await Patience.UntilAsync(async () => (await plane.AsAsync("pat", "approve", "docs", "--env", "production")).ExitCode == 3, what: "pat approves");
        await plane.AsAsync("kim", "approve", "docs", "--env", "production");
        var ran = await waiting;
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("rolled back: sha-1111111", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', ran.Output + ran.Error);
    }

    [Fact]
    [Trait("Row", "D7")]
    public async Task Lock_keeps_an_environment_still_until_it_is_unlocked()
    {
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(First, "one");
        var locked = await plane.JsonAsync("dana", 0, "lock", "docs", "--env", "dev", "--reason", "load test", "--expires", "2h");
        Assert.Equal("dana", locked.GetProperty("lock").GetProperty("owner").GetString());
        await AddAsync(plane, First);
        await Patience.UntilAsync(async () => (await plane.AsAsync("dana", "status", "docs")).Output.Contains("waits for lock of dana", StringComparison.Ordinal), what: "the build waits for the lock");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ControlPlane.GetAsync(plane.Ports[1])).Status);
        await plane.JsonAsync("dana", 0, "unlock", "docs", "--env", "dev");
        await OnDevAsync(plane, "one");
    }

    [Fact]
    public async Task Logs_can_be_followed_to_the_end_and_read_again()
    {
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(First, "one");
        await AddAsync(plane, First);
        await OnDevAsync(plane, "one");
        var history = await plane.JsonAsync("dana", 0, "history", "docs");
        var id = history.GetProperty("deployments")[0].GetProperty("id").GetString()!;
        var followed = await plane.AsAsync("dana", "logs", id[^8..], "--follow");
        Assert.Equal(0, followed.ExitCode);
        Assert.Contains("fetch: ", followed.Output, StringComparison.Ordinal);
        var read = await plane.AsAsync("dana", "logs", id);
        Assert.Equal(followed.Output, read.Output);
        Assert.True((await plane.JsonAsync("dana", 0, "logs", id)).GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task Exported_audit_log_verifies_offline_with_the_hosts_key_and_not_when_changed()
    {
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(First, "one");
        await AddAsync(plane, First);
        await OnDevAsync(plane, "one");
        await SealedAsync(plane, "deployment.succeeded", 1);
        var file = Path.Combine(plane.Folder, "audit.jsonl");
        await plane.JsonAsync("administrator", 0, "audit", "export", "--output", file);
        var key = Path.Combine(plane.Folder, ".towpath", "audit.key");
        Assert.True((await plane.JsonAsync("administrator", 0, "audit", "verify", "--file", file, "--key", key)).GetProperty("signature_checked").GetBoolean());
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("\"ci\"", "\"pat\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal(1, (await plane.AsAsync("administrator", "audit", "verify", "--file", file)).ExitCode);
        Assert.Equal(5, (await plane.AsAsync("dana", "audit", "export")).ExitCode);
    }

    [Fact]
    public async Task Revoked_token_is_refused()
    {
        await using var plane = await ControlPlane.StartAsync();
        Assert.Equal(0, (await plane.AsAsync("dana", "status")).ExitCode);
        var tokens = await plane.JsonAsync("administrator", 0, "token", "list");
        var id = tokens.GetProperty("tokens").EnumerateArray().Single(t => t.GetProperty("user").GetString() == "dana").GetProperty("id").GetString()!;
        await plane.JsonAsync("administrator", 0, "token", "revoke", id);
        var refused = await plane.AsAsync("dana", "status");
        Assert.Equal(5, refused.ExitCode);
        Assert.Contains("unknown, revoked or expired", refused.Error, StringComparison.Ordinal);
    }

    private static Task<JsonElement> AddAsync(ControlPlane plane, string commit) => plane.JsonAsync(
        "ci", 0, "build", "add", "--app", "docs", "--commit", commit, "--branch", "main", "--artifact", $"builds/{commit}.zip@{plane.DigestOf(commit)}");

    private static Task OnDevAsync(ControlPlane plane, string page) =>
        Patience.UntilAsync(async () => await PageAsync(plane, 1) == page && (await EnvironmentAsync(plane, "dev")).GetProperty("health").GetString() == "healthy", what: $"dev serves {page}");

    private static async Task CarryAsync(ControlPlane plane, string environment, params string[] approvers)
    {
        await plane.JsonAsync("dana", 3, "promote", "docs", "--to", environment);
        foreach (var approver in approvers)
        {
            var ran = await plane.AsAsync(approver, "approve", "docs", "--env", environment);
            Assert.True(ran.ExitCode is 0 or 3, ran.Output + ran.Error);
        }

        var ended = await EndedAsync(plane, environment);
        Assert.True(ended.GetProperty("phase").GetString() == "succeeded", ended.GetRawText());
    }

    /// <summary>The environment's newest deployment, when it has ended.</summary>
    private static async Task<JsonElement> EndedAsync(ControlPlane plane, string environment)
    {
        JsonElement newest = default;
        await Patience.UntilAsync(
            async () =>
            {
                newest = (await plane.JsonAsync("dana", 0, "history", "docs", "--env", environment, "--limit", "1")).GetProperty("deployments")[0];
                return newest.GetProperty("phase").GetString() is not ("waiting" or "queued" or "running" or "verifying" or "rolling_back");
            },
            what: $"the deployment on {environment} ends");
        return newest;
    }

    private static async Task<JsonElement> EnvironmentAsync(ControlPlane plane, string environment) =>
        (await plane.JsonAsync("dana", 0, "status", "docs")).GetProperty("applications")[0].GetProperty("environments").EnumerateArray()
        .Single(e => e.GetProperty("name").GetString() == environment);

    private static async Task<string> PageAsync(ControlPlane plane, int port) =>
        (await ControlPlane.GetAsync(plane.Ports[port])).Body.Replace("<h1>Towing guide</h1>", "", StringComparison.Ordinal);

    /// <summary>Entries are sealed shortly after what they record.</summary>
    private static async Task<IReadOnlyList<string>> SealedAsync(ControlPlane plane, string action, int count)
    {
        string[] lines = [];
        await Patience.UntilAsync(
            async () =>
            {
                lines = (await plane.AsAsync("administrator", "audit", "export")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                return lines.Count(l => l.Contains(action, StringComparison.Ordinal)) >= count;
            },
            what: $"{count} × {action} is sealed");
        return lines;
    }
}
