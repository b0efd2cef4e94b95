using System.Net;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Tests.Scene;
using static Towpath.GitHub.Tests.Scene.FakeWeb;

namespace Towpath.GitHub.Tests.Calling;

public sealed class GitHubClientTests
{
    [Fact]
    public async Task A_call_has_its_token_and_GitHub_s_headers()
    {
        using var client = new Client(new FakeWeb(Json("{}")));
        await client.GetAsync();
        var call = Assert.Single(client.Calls);
        Assert.Equal(("GET", "https://api.github.com/repos/acme/web/commits/main", "Bearer ghs_canary1"), (call.Method, call.Address.ToString(), call.Authorization));
        Assert.Equal(("application/vnd.github+json", "2022-11-28", "towpath"), (call.Headers["Accept"], call.Headers["X-GitHub-Api-Version"], call.Headers["User-Agent"]));
    }

    [Fact]
    public async Task What_did_not_change_is_not_sent_again()
    {
        using var client = new Client(new FakeWeb(Json("""{"name":"one"}""", ("ETag", "W/\"1\"")), Status(304), Json("""{"name":"two"}""", ("ETag", "W/\"2\""))));
        var bodies = new List<string>();
        for (var i = 0; i < 3; i++) bodies.Add(System.Text.Encoding.UTF8.GetString((await client.GetAsync()).Body.Span));
        Assert.Equal(["""{"name":"one"}""", """{"name":"one"}""", """{"name":"two"}"""], bodies);
        Assert.Equal([null, "W/\"1\"", "W/\"1\""], client.Calls.Select(c => c.Headers.GetValueOrDefault("If-None-Match")));
    }

    [Fact]
    public async Task What_one_installation_saw_is_not_shown_to_another()
    {
        using var client = new Client(new FakeWeb(Json("{}", ("ETag", "\"1\""))));
        await client.GetAsync();
        await client.GitHub.SendAsync(Client.Read() with { Caller = new GitHubCaller.Installation(2) }, TestContext.Current.CancellationToken);
        Assert.False(client.Calls[1].Headers.ContainsKey("If-None-Match"));
    }

    [Fact]
    public async Task Pages_are_read_until_there_is_none_or_the_reader_stops()
    {
        var web = new FakeWeb(asked => asked.Path.Contains("page=3", StringComparison.Ordinal)
            ? Response(HttpStatusCode.OK, """[{"name":"c"}]""")
            : Response(HttpStatusCode.OK, """[{"name":"a"},{"name":"b"}]""", ("Link", $"<https://api.github.com/x?page=1>; rel=\"first\", <https://api.github.com/x?page={(asked.Path.Contains("page=2", StringComparison.Ordinal) ? 3 : 2)}>; rel=\"next\"")));
        using var client = new Client(web);
        var names = new List<string>();
        await foreach (var page in client.GitHub.PagesAsync(Client.Read(), ThingJson.Default.IReadOnlyListThing, TestContext.Current.CancellationToken)) names.AddRange(page.Select(t => t.Name));
        Assert.Equal(["a", "b", "a", "b", "c"], names);
        Assert.Equal("/x?page=3", client.Calls[^1].Path);
        await foreach (var _ in client.GitHub.PagesAsync(Client.Read(), ThingJson.Default.IReadOnlyListThing, TestContext.Current.CancellationToken)) break;
        Assert.Equal(4, client.Calls.Count);
    }

    [Theory]
    [InlineData("https://evil.example/x?page=2")]
    [InlineData("http://api.github.com/x?page=2")]
    [InlineData("https://api.github.com.evil.example/x?page=2")]
    [InlineData("https://api.github.com:444/x?page=2")]
    [InlineData("https://user@api.github.com/x?page=2")]
    [InlineData("//evil.example/x")]
    public async Task The_token_does_not_follow_a_page_to_another_host(string next)
    {
        using var client = new Client(new FakeWeb(Json("[]", ("Link", $"<{next}>; rel=\"next\""))));
        var exception = await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync());
        Assert.Equal("led_astray", exception.Failure.Code);
        Assert.Single(client.Calls);
    }

    [Theory]
    [InlineData(301, "https://evil.example/")]
    [InlineData(302, "http://api.github.com/repositories/1")]
    [InlineData(307, "//evil.example/")]
    [InlineData(308, "file:///etc/passwd")]
    public async Task The_token_does_not_follow_a_redirect_to_another_host(int status, string location)
    {
        using var client = new Client(new FakeWeb(Status(status, ("Location", location))));
        Assert.Equal("led_astray", (await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync())).Failure.Code);
        Assert.Single(client.Calls);
    }

    [Fact]
    public async Task On_a_server_of_its_own_the_token_stays_below_the_API_s_root()
    {
        var host = GitHubHost.Of("https://github.acme.example/api/v3");
        using var client = new Client(new FakeWeb(Status(301, ("Location", "https://github.acme.example/gist/evil"))), host);
        Assert.Equal("led_astray", (await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync())).Failure.Code);
        Assert.Equal("https://github.acme.example/api/v3/repos/acme/web/commits/main", Assert.Single(client.Calls).Address.ToString());
    }

    [Fact]
    public async Task A_renamed_repository_is_followed_within_the_API()
    {
        using var client = new Client(new FakeWeb(Status(301, ("Location", "https://api.github.com/repositories/74/commits/main")), Json("""{"name":"x"}""")));
        await client.GetAsync();
        Assert.Equal(["/repos/acme/web/commits/main", "/repositories/74/commits/main"], client.Calls.Select(c => c.Path));
        Assert.All(client.Calls, c => Assert.NotNull(c.Authorization));
    }

    [Fact]
    public async Task A_redirect_that_goes_on_and_on_ends()
    {
        using var client = new Client(new FakeWeb(Status(301, ("Location", "https://api.github.com/again"))));
        Assert.Equal("led_astray", (await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync())).Failure.Code);
        Assert.Equal(4, client.Calls.Count);
    }

    [Fact]
    public async Task A_write_is_not_turned_into_a_read_by_a_redirect()
    {
        using var client = new Client(new FakeWeb(Status(301, ("Location", "https://api.github.com/repositories/74/things"))));
        await Assert.ThrowsAsync<GitHubException>(() => client.GitHub.SendAsync(Client.Write(), TestContext.Current.CancellationToken));
        Assert.Single(client.Calls);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public void A_name_that_is_a_step_up_is_refused(string name) => Assert.Throws<ArgumentException>(() => Of($"repos/{name}/web"));

    [Theory]
    [InlineData("a/../../admin", "repos/a%2F..%2F..%2Fadmin/x")]
    [InlineData("a?b=c#d", "repos/a%3Fb%3Dc%23d/x")]
    [InlineData("$(id) é", "repos/%24%28id%29%20%C3%A9/x")]
    [InlineData("https://evil.example", "repos/https%3A%2F%2Fevil.example/x")]
    public void A_name_leads_to_no_other_endpoint(string name, string path) => Assert.Equal(path, Of($"repos/{name}/x"));

    [Fact]
    public void Segments_keep_their_slashes_and_nothing_else() => Assert.Equal("contents/a%20b/c%3F.md", Of($"contents/{new Segments("a b/c?.md")}"));

    [Theory]
    [InlineData("a/../b")]
    [InlineData("/a")]
    [InlineData("a//b")]
    public void Segments_do_not_step_up(string path) => Assert.Throws<ArgumentException>(() => Of($"contents/{new Segments(path)}"));

    [Fact]
    public async Task A_fault_of_a_read_is_tried_three_times_with_a_longer_wait_each_time()
    {
        using var client = new Client(new FakeWeb(Status(502), Broken(), Json("{}")));
        var call = client.GetAsync();
        Assert.Single(client.Calls);
        client.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, client.Calls.Count);
        client.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(2, client.Calls.Count);
        client.Time.Advance(TimeSpan.FromSeconds(0.1));
        await call;
        Assert.Equal(3, client.Calls.Count);
    }

    [Fact]
    public async Task Retry_after_of_a_fault_is_obeyed()
    {
        using var client = new Client(new FakeWeb(Status(503, ("Retry-After", "30")), Json("{}")));
        var call = client.GetAsync();
        client.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(client.Calls);
        client.Time.Advance(TimeSpan.FromSeconds(1));
        await call;
    }

    [Fact]
    public async Task A_write_whose_outcome_nobody_knows_is_not_made_again_and_says_so()
    {
        foreach (var answer in new[] { Status(502), Broken() })
        {
            using var client = new Client(new FakeWeb(answer));
            var exception = await Assert.ThrowsAsync<GitHubException>(() => client.GitHub.SendAsync(Client.Write(), TestContext.Current.CancellationToken));
            Assert.True(exception.Failure.MayHaveHappened && exception.IsTransient);
            Assert.Single(client.Calls);
        }
    }

    [Fact]
    public async Task A_write_that_was_never_sent_is_made_again()
    {
        using var client = new Client(new FakeWeb(Broken(HttpRequestError.ConnectionError), Json("{}")));
        await client.RunAsync(client.GitHub.SendAsync(Client.Write(), TestContext.Current.CancellationToken));
        Assert.Equal(2, client.Calls.Count);
    }

    [Fact]
    public async Task Without_an_answer_a_call_is_given_up()
    {
        var web = new FakeWeb(Json("{}")) { Before = (asked, cancellation) => asked.Path.EndsWith("access_tokens", StringComparison.Ordinal) ? Task.CompletedTask : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation) };
        using var client = new Client(web);
        var exception = await Assert.ThrowsAsync<GitHubException>(() => client.RunAsync(client.GetAsync()));
        Assert.Equal("GitHub, reading web: https://api.github.com: no answer within 30 s", exception.Message);
        Assert.Equal("network", exception.FaultCode);
    }

    [Fact]
    public async Task A_no_keeps_GitHub_s_words_and_says_what_to_do()
    {
        using var client = new Client(new FakeWeb(Json(
            HttpStatusCode.UnprocessableEntity,
            """{"message":"Validation Failed","errors":[{"resource":"Deployment","field":"ref","code":"missing"},"plain"],"documentation_url":"https://docs.github.com/rest"}""",
            ("X-GitHub-Request-Id", "8F2C"))));
        var exception = await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync());
        Assert.Single(client.Calls);
        Assert.Equal("GitHub, reading web: Validation Failed: Deployment.ref missing; plain (HTTP 422, request 8F2C); mend what GitHub names, then retry", exception.Explanation);
    }

    [Theory]
    [InlineData(403, "Resource not accessible by integration", "github_denied", "give the App the permission that GitHub names, and accept it where it is installed")]
    [InlineData(404, "Not Found", "github_missing", "check the name, and that the App is installed on that repository")]
    [InlineData(500, "", "github_fault", "GitHub has a fault: retry later, and name the request id to GitHub where it lasts")]
    public async Task Each_no_has_its_next_step(int status, string message, string code, string next)
    {
        using var client = new Client(new FakeWeb(Json((HttpStatusCode)status, $$"""{"message":"{{message}}"}""")));
        var exception = await Assert.ThrowsAsync<GitHubException>(() => client.RunAsync(client.GetAsync()));
        Assert.Equal(code, exception.FaultCode);
        Assert.EndsWith(next, exception.Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{"name":7}""")]
    [InlineData("{}")]
    public async Task An_answer_that_makes_no_sense_is_a_fault_and_is_not_repeated(string body)
    {
        using var client = new Client(new FakeWeb(Json(body)));
        var exception = await Assert.ThrowsAsync<GitHubException>(() => client.GitHub.SendAsync(Client.Read(), ThingJson.Default.Thing, TestContext.Current.CancellationToken));
        Assert.Equal(("bad_answer", "GitHub, reading web: it answers with something else than its documentation says (HTTP 200)"), (exception.Failure.Code, exception.Message));
    }

    [Theory]
    [InlineData("""{"message":7,"errors":{"a":1},"documentation_url":[]}""")]
    [InlineData("""{"errors":[7,null,[],{"contexts":7},{"contexts":[7,null,{"context":1}]}]}""")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("")]
    [InlineData("<html>")]
    public async Task An_error_of_any_form_is_an_error(string body)
    {
        using var client = new Client(new FakeWeb(Json(HttpStatusCode.BadRequest, body)));
        Assert.StartsWith("GitHub, reading web: it answers with status 400", (await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_exception_shows_a_token_or_a_key()
    {
        var exceptions = new List<Exception>();
        foreach (var answer in new[] { Json(HttpStatusCode.BadRequest, """{"message":"bad token ghs_canary1","errors":["ghs_canary1"]}"""), Json("""{"name":{"token":"ghs_canary1"}}"""), Broken() })
        {
            using var client = new Client(new FakeWeb(answer));
            exceptions.Add(await Assert.ThrowsAsync<GitHubException>(() => client.RunAsync(client.GitHub.SendAsync(Client.Read(), ThingJson.Default.Thing, TestContext.Current.CancellationToken))));
        }

        using var odd = new Client(new FakeWeb(Json("{}"))) { TokenAnswer = _ => Response(HttpStatusCode.OK, """{"token":"canary\n2","expires_at":"2027-01-01T00:00:00Z"}""") };
        exceptions.Add(await Assert.ThrowsAsync<GitHubException>(() => odd.GetAsync()));
        using var broken = new Client(new FakeWeb(Json("{}"))) { TokenAnswer = _ => Response(HttpStatusCode.OK, """{"token":"canary3","expires_at":"no"}""") };
        exceptions.Add(await Assert.ThrowsAsync<GitHubException>(() => broken.GetAsync()));
        Assert.All(exceptions, e => Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void No_record_shows_a_secret()
    {
        object[] records = [Client.App, new GitHubCaller.User("octocat", "canary"), new UserToken("canary", null), new OAuthResult.Granted(new UserToken("canary", null)), new CreatedApp { Id = 1, ClientId = "c", ClientSecret = "canary", Pem = "canary", WebhookSecret = "canary" }];
        Assert.All(records, r => Assert.DoesNotContain("canary", r.ToString(), StringComparison.Ordinal));
        Assert.All(records, r => Assert.DoesNotContain("PRIVATE KEY", r.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "https://api.github.com/", "https://github.com/", "https://token.actions.githubusercontent.com")]
    [InlineData("https://api.github.com", "https://api.github.com/", "https://github.com/", "https://token.actions.githubusercontent.com")]
    [InlineData("https://api.acme.ghe.com/", "https://api.acme.ghe.com/", "https://acme.ghe.com/", "https://token.actions.acme.ghe.com")]
    [InlineData("https://github.acme.example/api/v3", "https://github.acme.example/api/v3/", "https://github.acme.example/", "https://github.acme.example/_services/token")]
    [InlineData("http://127.0.0.1:7000", "http://127.0.0.1:7000/", "http://127.0.0.1:7000/", "http://127.0.0.1:7000/_services/token")]
    public void A_host_is_known_by_its_API(string? api, string root, string web, string actions)
    {
        var host = GitHubHost.Of(api);
        Assert.Equal((root, web, actions), (host.Api.ToString(), host.Web.ToString(), host.Actions));
    }

    [Theory]
    [InlineData("http://github.acme.example/api/v3")]
    [InlineData("github.acme.example")]
    [InlineData("https://user:canary@github.acme.example")]
    [InlineData("ftp://github.acme.example")]
    public void A_host_without_TLS_is_for_this_machine_only(string api) => Assert.Throws<GitHubConfigurationException>(() => GitHubHost.Of(api));

    private static string Of(GitHubPath path) => path.ToString();
}
