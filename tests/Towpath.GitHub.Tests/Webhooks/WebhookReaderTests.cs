using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Facts;
using Towpath.GitHub.Webhooks;

namespace Towpath.GitHub.Tests.Webhooks;

public sealed class WebhookReaderTests
{
    private const string Sha = "1111111111111111111111111111111111111111";
    private const string Nothing = "0000000000000000000000000000000000000000";
    private static readonly DateTimeOffset Moved = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    [Fact]
    public void Push_tells_where_the_branch_stands()
    {
        var push = Assert.IsType<WebhookEvent.Push>(Read("push", Payload(("ref", "refs/heads/main"), ("before", Nothing), ("after", Sha))));

        Assert.Equal(new RefFact(7, "refs/heads/main", Sha, Moved) { PushedBy = "kim" }, push.Fact);
        Assert.Null(push.Before);
        Assert.Equal(new RepositoryName(7, "acme/shop", 70, 5, false, DateTimeOffset.Parse("2030-03-17T17:46:40Z")), push.Repository);
        Assert.Equal(5, push.InstallationId);
        Assert.Equal(new Account(9, "kim", "User"), push.Sender);
    }

    [Fact]
    public void Push_that_deletes_and_delete_tell_that_the_ref_is_gone()
    {
        Assert.Null(Assert.IsType<WebhookEvent.Push>(Read("push", Payload(("ref", "refs/tags/v1"), ("before", Sha), ("after", Nothing)))).Fact.Sha);
        Assert.Equal(new RefFact(7, "refs/tags/v1", null, Moved), Assert.IsType<WebhookEvent.Deleted>(Read("delete", Payload(("ref", "v1"), ("ref_type", "tag")))).Fact);
        Assert.Equal("refs/heads/topic", Assert.IsType<WebhookEvent.Created>(Read("create", Payload(("ref", "topic"), ("ref_type", "branch")))).Ref);
    }

    [Fact]
    public void Check_run_of_a_fork_needs_no_branch_and_shows_its_conclusion()
    {
        var run = Object("""
            {"id": 100, "head_sha": "1111111111111111111111111111111111111111", "name": "build", "status": "completed", "conclusion": "failure", "started_at": "2030-01-01T00:00:00Z",
             "completed_at": "2030-01-01T00:05:00Z", "html_url": "javascript:alert(1)", "check_suite": {"head_branch": null, "updated_at": "2030-01-01T00:06:00Z"}, "app": {"id": 3, "slug": "actions"}}
            """);
        var fact = Assert.IsType<WebhookEvent.CheckRun>(Read("check_run", Payload(("action", "completed"), ("check_run", run)))).Fact;

        Assert.Equal(
            new CommitFact { RepositoryId = 7, Sha = Sha, Kind = CommitFactKind.Check, App = "actions", Name = "build", State = "failure", At = DateTimeOffset.Parse("2030-01-01T00:06:00Z"), Id = 100 }, fact);
    }

    [Fact]
    public void Pull_request_of_a_deleted_fork_is_a_fork()
    {
        var pull = Object("""
            {"number": 4, "state": "open", "title": "<b>", "head": {"sha": "1111111111111111111111111111111111111111", "ref": "topic", "repo": null}, "base": {"ref": "main"},
             "labels": [{"name": "z"}, {"name": "deploy"}], "user": null, "updated_at": "2030-01-01T00:00:00Z", "merge_commit_sha": "2222222222222222222222222222222222222222"}
            """);
        var told = Assert.IsType<WebhookEvent.PullRequest>(Read("pull_request", Payload(("action", "labeled"), ("label", Object("""{"name":"deploy"}""")), ("pull_request", pull))));

        Assert.Equal((true, true, "ghost", null, "deploy"), (told.Fact.IsFork, told.Fact.IsOpen, told.Fact.Author, told.Fact.MergeCommitSha, told.Label));
        Assert.Equal(["deploy", "z"], told.Fact.Labels);
    }

    [Fact]
    public void Protection_rule_names_the_run_and_not_an_address_to_call()
    {
        WebhookEvent Rule(string address) => Read("deployment_protection_rule", Payload(("action", "requested"), ("environment", "production"), ("deployment_callback_url", address)));

        Assert.Equal(77, Assert.IsType<WebhookEvent.ProtectionRule>(Rule("https://evil.example.com/repos/acme/shop/actions/runs/77/deployment_protection_rule")).RunId);
        Assert.Equal("`deployment_callback_url` names no workflow run", Assert.IsType<WebhookEvent.NotUnderstood>(Rule("https://api.github.com/repos/acme/shop/actions/runs/../deployment_protection_rule")).Why);
    }

    [Fact]
    public void Deleted_repository_is_gone() =>
        Assert.True(Assert.IsType<WebhookEvent.RepositoryChanged>(Read("repository", Payload(("action", "deleted")))).Repository!.IsGone);

    [Theory]
    [InlineData("star")]
    [InlineData("no_such_event")]
    [InlineData("")]
    public void Event_that_nothing_uses_is_ignored_unread(string name) => Assert.IsType<WebhookEvent.Ignored>(WebhookReader.Read(name, "not even JSON"u8.ToArray()));

    [Theory]
    [InlineData("after", "`after` is not the id of a commit")]
    [InlineData("ref", "`ref` does not begin with refs/")]
    public void What_is_wrong_is_told_by_field_and_without_its_value(string field, string why)
    {
        var payload = Payload(("ref", "refs/heads/main"), ("before", Nothing), ("after", Sha));
        payload[field] = "hunter2";

        Assert.Equal(why, Assert.IsType<WebhookEvent.NotUnderstood>(Read("push", payload)).Why);
    }

    [Fact]
    public void All_published_events_are_taken_up_or_ignored()
    {
        Assert.True(Example.All.Select(e => e.Event).Distinct().Count() >= 50);
        Assert.All(Example.All, example =>
        {
            var told = WebhookReader.Read(example.Event, example.Bytes);
            Assert.True(told is not WebhookEvent.NotUnderstood, $"{example}: {(told as WebhookEvent.NotUnderstood)?.Why}");
            Assert.Equal(WebhookReader.Used.Contains(example.Event), told is not WebhookEvent.Ignored);
        });
    }

    [Fact]
    public void Published_event_with_any_field_spoiled_never_throws()
    {
        var tried = 0;
        foreach (var example in Example.All.Where(e => WebhookReader.Used.Contains(e.Event)).DistinctBy(e => (e.Event, e.Payload["action"]?.ToString())))
            foreach (var (what, bytes) in Spoiled.Versions(example.Payload))
            {
                var error = Record.Exception(() => WebhookReader.Read(example.Event, bytes));
                Assert.True(error is null, $"{example}, {what}: {error}");
                tried++;
            }

        Assert.True(tried > 10_000);
    }

    [Fact]
    public void Payload_cut_short_anywhere_is_not_understood()
    {
        var bytes = Encoding.UTF8.GetBytes(Payload(("ref", "refs/heads/main"), ("before", Nothing), ("after", Sha)).ToJsonString());

        for (var length = 0; length < bytes.Length; length++) Assert.IsType<WebhookEvent.NotUnderstood>(WebhookReader.Read("push", bytes.AsMemory(0, length)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"push\"")]
    [InlineData("{}")]
    [InlineData("1e999999")]
    [InlineData("""{"ref":"refs/heads/a","ref":"refs/heads/b"}""")]
    [InlineData("""{"repository":{"id":1,"id":2}}""")]
    [InlineData("""{"ref":"\ud800","repository":{"id":7,"full_name":"a/b","owner":{"id":1},"pushed_at":1}}""")]
    [InlineData("""{"\ud800":1,"\udc00":2}""")]
    [InlineData("""{"repository":{"id":99999999999999999999999999}}""")]
    [InlineData("""{"repository":{"id":7,"full_name":"../../etc","owner":{"id":1}}}""")]
    public void Odd_payload_is_not_understood(string payload) => Assert.IsType<WebhookEvent.NotUnderstood>(WebhookReader.Read("push", Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void Deep_payload_and_bytes_that_are_no_text_are_not_understood()
    {
        Assert.IsType<WebhookEvent.NotUnderstood>(WebhookReader.Read("push", Encoding.UTF8.GetBytes(new string('[', 100_000))));
        Assert.IsType<WebhookEvent.NotUnderstood>(WebhookReader.Read("push", Encoding.UTF8.GetBytes("{\"a\":" + string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 501))));
        byte[] broken = [.. "{\"ref\":\""u8, 0xff, 0xfe, .. "\"}"u8];
        Assert.IsType<WebhookEvent.NotUnderstood>(WebhookReader.Read("push", broken));
    }

    private static WebhookEvent Read(string name, JsonObject payload) => WebhookReader.Read(name, Encoding.UTF8.GetBytes(payload.ToJsonString()));

    private static JsonObject Object(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Payload(params (string Name, JsonNode Value)[] fields)
    {
        var payload = Object("""
            {"repository": {"id": 7, "full_name": "acme/shop", "owner": {"id": 70}, "updated_at": "2030-03-17T17:46:40Z", "pushed_at": 1900000000},
             "installation": {"id": 5}, "sender": {"id": 9, "login": "kim", "type": "User"}}
            """);
        foreach (var (name, value) in fields) payload[name] = value;
        return payload;
    }
}
