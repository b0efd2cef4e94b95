using System.Collections.Concurrent;
using System.Net;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Calling.Limits;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Tests.Scene;
using Towpath.Testing;
using static Towpath.GitHub.Tests.Scene.FakeWeb;

namespace Towpath.GitHub.Tests.Calling;

public sealed class RateLimitTests
{
    private const string Secondary = """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(403, Secondary, null, 60)]
    [InlineData(429, "{}", null, 60)]
    [InlineData(429, "{}", "7", 7)]
    [InlineData(403, """{"message":"slow down"}""", "7", 7)]
    [InlineData(403, """{"message":"You have triggered an abuse detection mechanism."}""", null, 60)]
    public void A_limit_is_waited_for_as_long_as_GitHub_says_or_a_minute(int status, string body, string? retryAfter, int seconds) => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json((HttpStatusCode)status, body, retryAfter is null ? [] : [("Retry-After", retryAfter)]), Json("{}")));
        var call = client.GetAsync();
        await client.AdvanceAsync(TimeSpan.FromSeconds(seconds - 0.1));
        Assert.Single(client.Calls);
        await client.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        await call;
        Assert.Equal(2, client.Calls.Count);
    });

    [Fact]
    public void A_limited_write_is_made_again_since_GitHub_did_not_make_it() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json(HttpStatusCode.Forbidden, Secondary), Json("{}")));
        await client.RunAsync(client.GitHub.SendAsync(Client.Write(), TestContext.Current.CancellationToken));
        Assert.Equal(2, client.Calls.Count);
    });

    [Fact]
    public void All_calls_of_an_installation_are_still_and_those_of_others_go_on() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(asked => asked.Authorization!.EndsWith('1') && asked.Number < 2 ? Response(HttpStatusCode.Forbidden, Secondary) : Response(HttpStatusCode.OK, "{}")));
        var first = client.GetAsync();
        var second = client.GetAsync("docs");
        await client.GitHub.SendAsync(Client.Read() with { Caller = new GitHubCaller.Installation(2) }, TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted || second.IsCompleted);
        await client.AdvanceAsync(Minute);
        await Task.WhenAll(first, second);
    });

    [Fact]
    public void Somebody_who_used_up_their_own_allowance_keeps_nobody_else_from_logging_in() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(asked => asked.Authorization!.EndsWith("one", StringComparison.Ordinal)
            ? Response(HttpStatusCode.OK, """{"id":1,"login":"one"}""", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{VirtualTime.Start.AddHours(1).ToUnixTimeSeconds()}"), ("ETag", "\"e\""))
            : Response(HttpStatusCode.OK, """{"id":2,"login":"two"}""")));
        var users = new UsersApi(client.GitHub);
        Assert.Equal(1, (await users.ReadAsync(new UserToken("one", null), TestContext.Current.CancellationToken)).Id);
        Assert.Equal(2, (await users.ReadAsync(new UserToken("two", null), TestContext.Current.CancellationToken)).Id);
        Assert.All(client.Calls, call => Assert.DoesNotContain("If-None-Match", call.Headers.Keys));
    });

    [Fact]
    public void A_limit_that_lasts_longer_than_a_call_would_wait_says_when_to_come_back() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Status(429, ("Retry-After", "600"))));
        var exception = await Assert.ThrowsAsync<GitHubLimitedException>(() => client.GetAsync());
        Assert.Equal("GitHub, installation 1: GitHub asked to be left alone for a while; it goes on at 2026-03-02 09:10:00Z", exception.Message);
        await Assert.ThrowsAsync<GitHubLimitedException>(() => client.GetAsync("docs"));
        Assert.Single(client.Calls);
    });

    [Fact]
    public void A_call_that_meets_the_limit_again_and_again_is_told_when_to_come_back_and_not_denied() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Status(429, ("Retry-After", "30"))));
        var exception = await Assert.ThrowsAsync<GitHubLimitedException>(() => client.RunAsync(client.GetAsync()));
        Assert.Equal((3, VirtualTime.Start.AddSeconds(90)), (client.Calls.Count, exception.Until));
    });

    [Fact]
    public void Pauses_that_follow_each_other_grow_longer() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json(HttpStatusCode.Forbidden, Secondary)));
        var waits = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            var from = client.Time.GetUtcNow();
            var exception = await Assert.ThrowsAnyAsync<IOException>(() => client.GitHub.SendAsync(Client.Read() with { Patience = TimeSpan.Zero }, TestContext.Current.CancellationToken));
            var until = Assert.IsType<GitHubLimitedException>(exception).Until;
            waits.Add((until - from).TotalSeconds);
            await client.AdvanceToAsync(until);
        }

        Assert.Equal([60, 120, 240, 480, 900, 900], waits);
    });

    [Fact]
    public void When_the_allowance_is_used_up_nothing_is_sent_until_it_is_reset() => Loop.Run(async () =>
    {
        var reset = VirtualTime.Start.AddMinutes(30);
        using var client = new Client(new FakeWeb(Json("{}", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{reset.ToUnixTimeSeconds()}"), ("x-ratelimit-resource", "core"))));
        await client.GetAsync();
        var exception = await Assert.ThrowsAsync<GitHubLimitedException>(() => client.GetAsync());
        Assert.Equal(reset.AddSeconds(1), exception.Until);
        Assert.Contains("the calls that GitHub allows in an hour are used up", exception.Message, StringComparison.Ordinal);
        await client.AdvanceToAsync(exception.Until);
        await client.GetAsync();
        Assert.Equal(2, client.Calls.Count);
    });

    [Fact]
    public void A_403_of_the_used_up_allowance_waits_for_the_reset_and_not_for_a_minute() => Loop.Run(async () =>
    {
        var reset = VirtualTime.Start.AddSeconds(80);
        using var client = new Client(new FakeWeb(
            Json(HttpStatusCode.Forbidden, """{"message":"API rate limit exceeded"}""", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{reset.ToUnixTimeSeconds()}")), Json("{}")));
        var call = client.GetAsync();
        await client.AdvanceToAsync(reset.AddSeconds(0.9));
        Assert.Single(client.Calls);
        await client.AdvanceToAsync(reset.AddSeconds(1));
        await call;
    });

    [Fact]
    public void Calls_on_their_way_are_counted_before_their_answers_say_so() => Loop.Run(async () =>
    {
        var reset = VirtualTime.Start.AddMinutes(30).ToUnixTimeSeconds();
        using var client = new Client(new FakeWeb(Json("{}", ("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", $"{reset}"))));
        await client.GetAsync();
        var open = new TaskCompletionSource();
        client.Net.Before = (_, _) => open.Task;
        var calls = Enumerable.Range(0, 3).Select(_ => client.GetAsync()).ToList();
        await Assert.ThrowsAsync<GitHubLimitedException>(() => client.GetAsync());
        open.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(4, client.Calls.Count);
    });

    [Fact]
    public void Answers_that_cost_nothing_use_nothing_up() => Loop.Run(async () =>
    {
        var reset = VirtualTime.Start.AddMinutes(30).ToUnixTimeSeconds();
        (string, string)[] headers = [("ETag", "\"1\""), ("x-ratelimit-remaining", "2"), ("x-ratelimit-reset", $"{reset}")];
        using var client = new Client(new FakeWeb(Json("{}", headers), Status(304, headers)));
        for (var i = 0; i < 20; i++) await client.GetAsync();
        Assert.Equal(20, client.Calls.Count);
    });

    [Fact]
    public void In_any_minute_900_points_are_used_and_no_more() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json("{}")), limits: new RateLimitOptions { ContentPerMinute = 1000, ContentPerHour = 100_000, Patience = TimeSpan.FromHours(1) });
        var sent = new ConcurrentQueue<(DateTimeOffset At, int Points)>();
        client.Net.Before = (asked, _) =>
        {
            if (!asked.Path.EndsWith("access_tokens", StringComparison.Ordinal)) sent.Enqueue((client.Time.GetUtcNow(), asked.Method == "GET" ? 1 : 5));
            return Task.CompletedTask;
        };
        var calls = Enumerable.Range(0, 1200).Select(i => i % 3 == 0 ? client.GitHub.SendAsync(Client.Write($"r{i % 7}"), TestContext.Current.CancellationToken) : client.GetAsync($"r{i % 7}")).ToList();
        await client.RunAsync(Task.WhenAll(calls));
        Assert.Equal(1200, sent.Count);
        Assert.All(sent, start => Assert.InRange(sent.Where(s => s.At >= start.At && s.At < start.At + Minute).Sum(s => s.Points), 1, 900));
        // 2,800 points are four minutes' worth: begun at 0, 1, 2 and 3 minutes.
        Assert.Equal(VirtualTime.Start + 3 * Minute, sent.Max(s => s.At));
    });

    [Fact]
    public void Of_new_content_80_a_minute_and_500_an_hour_are_made_while_reads_go_on() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json("{}")), limits: new RateLimitOptions { Patience = TimeSpan.FromHours(3) });
        var writes = Enumerable.Range(0, 600).Select(_ => client.GitHub.SendAsync(Client.Write(), TestContext.Current.CancellationToken)).ToList();
        Assert.Equal(80, client.Calls.Count);
        await client.GetAsync();
        await client.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Equal(500, client.Calls.Count(c => c.Method == "POST"));
        await client.RunAsync(Task.WhenAll(writes));
        Assert.Equal(600, client.Calls.Count(c => c.Method == "POST"));
    });

    [Fact]
    public void A_hundred_calls_are_on_their_way_at_once_and_no_more() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json("{}")));
        await client.GetAsync();
        var open = new TaskCompletionSource();
        client.Net.Before = (_, _) => open.Task;
        var calls = Enumerable.Range(0, 150).Select(_ => client.GetAsync()).ToList();
        Assert.Equal(1 + 100, client.Calls.Count);
        open.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(1 + 150, client.Calls.Count);
    });

    [Fact]
    public void Repositories_take_turns_whoever_came_first() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json("{}")), limits: new RateLimitOptions { Concurrent = 1 });
        await client.GetAsync();
        var open = new TaskCompletionSource();
        client.Net.Before = (_, _) => open.Task;
        var calls = new List<Task>();
        foreach (var (repository, count) in new[] { ("busy", 6), ("calm", 2), ("idle", 1) })
            for (var i = 0; i < count; i++) calls.Add(client.GetAsync(repository));
        open.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(["web", "busy", "busy", "calm", "idle", "busy", "calm", "busy", "busy", "busy"], client.Calls.Select(c => c.Path.Split('/')[3]));
    });

    [Fact]
    public void Dear_calls_are_not_kept_waiting_by_cheap_ones() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json("{}")), limits: new RateLimitOptions { PointsPerMinute = 10, Patience = TimeSpan.FromHours(1) });
        var reads = Enumerable.Range(0, 8).Select(_ => client.GetAsync("reads")).ToList();
        var write = client.GitHub.SendAsync(Client.Write("writes"), TestContext.Current.CancellationToken);
        reads.AddRange(Enumerable.Range(0, 50).Select(_ => client.GetAsync("reads")));
        await client.AdvanceAsync(Minute);
        Assert.True(write.IsCompletedSuccessfully);
        await client.RunAsync(Task.WhenAll(reads));
    });

    [Fact]
    public void Whoever_gives_up_takes_no_room() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json("{}")), limits: new RateLimitOptions { Concurrent = 1 });
        await client.GetAsync();
        var open = new TaskCompletionSource();
        client.Net.Before = (_, _) => open.Task;
        var first = client.GetAsync();
        using var impatient = new CancellationTokenSource();
        var gone = client.GitHub.SendAsync(Client.Read("gone"), impatient.Token);
        var last = client.GetAsync("last");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        var late = client.GitHub.SendAsync(Client.Read("late") with { Patience = Minute }, TestContext.Current.CancellationToken);
        open.SetResult();
        await Task.WhenAll(first, last, late);
        Assert.DoesNotContain(client.Calls, c => c.Path.Contains("gone", StringComparison.Ordinal));
    });

    [Fact]
    public void Whoever_waits_longer_than_it_would_is_told_when_to_come_back() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json("{}")), limits: new RateLimitOptions { Concurrent = 1 });
        await client.GetAsync();
        var open = new TaskCompletionSource();
        client.Net.Before = (_, _) => open.Task;
        var first = client.GetAsync();
        var late = client.GitHub.SendAsync(Client.Read("late") with { Patience = TimeSpan.FromSeconds(20) }, TestContext.Current.CancellationToken);
        await client.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Contains("its turn has not come", (await Assert.ThrowsAsync<GitHubLimitedException>(() => late)).Message, StringComparison.Ordinal);
        open.SetResult();
        await first;
        await client.GetAsync();
    });

    [Fact]
    public void A_lack_of_permission_is_no_limit() => Loop.Run(async () =>
    {
        using var client = new Client(new FakeWeb(Json(HttpStatusCode.Forbidden, """{"message":"Resource not accessible by integration"}""", ("x-ratelimit-remaining", "4999"))));
        Assert.True((await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync())).IsDenied);
        Assert.Single(client.Calls);
    });

    [Fact]
    public void The_limit_of_another_kind_of_call_is_not_that_of_all() => Loop.Run(async () =>
    {
        var reset = VirtualTime.Start.AddMinutes(30).ToUnixTimeSeconds();
        using var client = new Client(new FakeWeb(Json("{}", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", $"{reset}"), ("x-ratelimit-resource", "search"))));
        await client.GetAsync();
        await client.GetAsync();
    });
}
