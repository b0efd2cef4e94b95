using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Tests.Scene;
using Towpath.GitHubEmulator.Webhooks;

namespace Towpath.GitHubEmulator.Tests.Webhooks;

/// <summary>How webhooks arrive, or do not.</summary>
public sealed class WebhookTests : GitHubScene
{
    private WebhookScript Script => Emulator.Script.Webhooks;

    [Fact]
    public async Task A_webhook_is_signed_and_says_whose_it_is()
    {
        Push("one");
        var told = Assert.Single(await ToldAsync());
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(App.WebhookSecret!), told.Body));

        Assert.Equal($"sha256={signature}", told.Headers["X-Hub-Signature-256"]);
        Assert.Equal((App.Id.ToString(), "integration"), (told.Headers["X-GitHub-Hook-Installation-Target-ID"], told.Headers["X-GitHub-Hook-Installation-Target-Type"]));
        Assert.StartsWith("GitHub-Hookshot/", told.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal(("application/json", "push"), (told.Headers["Content-Type"], told.Event));
        Assert.Equal((Installation.Id, "acme/web", "acme"), (
            (long)told.Json["installation"]!["id"]!, (string?)told.Json["repository"]!["full_name"], (string?)told.Json["organization"]!["login"]));
        Assert.True(Guid.TryParse(told.Guid, out _));
    }

    [Fact]
    public async Task Only_what_an_app_asked_for_is_told_and_only_where_it_is_installed()
    {
        App.Events.Remove("push");
        Push("one");
        App.Events.Add("push");
        World.Repositories.Create("other/web").Push("main", new Dictionary<string, string?> { ["a"] = "b" });

        Assert.Empty(await ToldAsync());
    }

    [Fact]
    public async Task What_fails_is_listed_is_not_tried_again_and_comes_again_when_asked_for()
    {
        Receiver.Status = 503;
        Push("one");
        var first = Assert.Single(await ToldAsync());
        Receiver.Status = 202;
        var listed = await AsApp().GetAsync("/app/hook/deliveries");
        var id = (long)listed.Json[0]!["id"]!;

        Assert.Equal((503, first.Guid, "push", false), (
            (int)listed.Json[0]!["status_code"]!, (string?)listed.Json[0]!["guid"], (string?)listed.Json[0]!["event"], (bool)listed.Json[0]!["redelivery"]!));
        var one = await AsApp().GetAsync($"/app/hook/deliveries/{id}");
        Assert.Equal("refs/heads/main", (string?)one.Json["request"]!["payload"]!["ref"]);
        Assert.Equal(202, (await AsApp().PostAsync($"/app/hook/deliveries/{id}/attempts")).Status);
        var told = await ToldAsync();
        Assert.Equal((2, first.Guid), (told.Count, told[1].Guid));
        Assert.Equal(first.Body, told[1].Body);
        Assert.Equal([(true, 202), (false, 503)], (await AsApp().GetAsync("/app/hook/deliveries?per_page=2")).Json.AsArray().Select(d => ((bool)d!["redelivery"]!, (int)d["status_code"]!)));
        Assert.Single((await AsApp().GetAsync("/app/hook/deliveries?status=failure")).Json.AsArray());
    }

    [Fact]
    public async Task Deliveries_are_listed_newest_first_with_a_cursor_and_for_three_days()
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var name in (string[])["one", "two", "three"]) Push(name);
        await ToldAsync();
        var first = await AsApp().GetAsync("/app/hook/deliveries?per_page=2");
        var next = first.Header("Link")!.Split('<')[1].Split('>')[0];
        var rest = await AsApp().GetAsync(new Uri(next).PathAndQuery);

        var ids = first.Json.AsArray().Concat(rest.Json.AsArray()).Select(d => (long)d!["id"]!).ToList();
        Assert.Equal(ids.OrderDescending(), ids);
        Assert.Equal("installation", (string?)rest.Json.AsArray()[^1]!["event"]);
        Clock.Advance(TimeSpan.FromDays(3));
        Assert.Empty((await AsApp().GetAsync("/app/hook/deliveries")).Json.AsArray());
    }

    [Fact]
    public async Task One_that_is_lost_stands_in_the_list_and_one_that_vanished_does_not()
    {
        Script.Add(new WebhookRule { Kind = WebhookFault.Lose, Event = "push" });
        Script.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "push" });
        Push("lost");
        Push("vanished");
        Push("arrived");

        Assert.Single(await ToldAsync());
        Assert.Equal([202, 0], (await AsApp().GetAsync("/app/hook/deliveries?per_page=2")).Json.AsArray().Select(d => (int)d!["status_code"]!));
    }

    [Fact]
    public async Task One_that_is_doubled_keeps_its_guid()
    {
        Script.Add(new WebhookRule { Kind = WebhookFault.Double });
        Push("one");
        var told = await ToldAsync();

        Assert.Equal(2, told.Count);
        Assert.Single(told.Select(t => t.Guid).Distinct());
    }

    [Fact]
    public async Task One_may_be_overtaken_or_come_late()
    {
        Script.Add(new WebhookRule { Kind = WebhookFault.Reorder, By = 2 });
        Script.Add(new WebhookRule { Kind = WebhookFault.Delay, Delay = TimeSpan.FromMinutes(5), After = 2 });
        foreach (var name in (string[])["overtaken", "two", "three", "late", "last"]) Push(name);

        Assert.Equal(["two", "three", "overtaken", "last"], await MessagesAsync());
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["two", "three", "overtaken", "last", "late"], await MessagesAsync());
    }

    [Fact]
    public async Task What_is_held_is_released_in_any_order()
    {
        Script.Add(new WebhookRule { Kind = WebhookFault.Hold, Event = "push", Times = -1 });
        foreach (var name in (string[])["one", "two", "three"]) Push(name);
        Assert.Empty(await ToldAsync());
        var held = World.Outbox.Held;

        World.Outbox.Release(held[2].Guid, held[0].Guid);
        Assert.Equal(["three", "one"], await MessagesAsync());
        World.Outbox.Release();
        Assert.Equal(["three", "one", "two"], await MessagesAsync());
    }

    [Fact]
    public async Task The_hook_is_configured_by_the_app()
    {
        var changed = await AsApp().PatchAsync("/app/hook/config", new JsonObject { ["url"] = $"{Receiver.Url}/new", ["secret"] = "other" });

        Assert.Equal((200, $"{Receiver.Url}/new", "********"), (changed.Status, (string?)changed.Json["url"], (string?)changed.Json["secret"]));
        Assert.Equal("other", App.WebhookSecret);
        Assert.Equal(200, (await AsApp().GetAsync("/app/hook/config")).Status);
    }

    private void Push(string message) => Web.Push("main", new Dictionary<string, string?> { [message] = message }, message);

    private async Task<IReadOnlyList<string>> MessagesAsync() => [.. (await ToldAsync()).Select(t => (string)t.Json["head_commit"]!["message"]!)];
}
