using System.Net;
using System.Text;
using Towpath.Core.Artifacts;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Security;

public sealed class HostileInputTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("""{"application":"web","environment":"free","colour":"red"}""", "bad_json", "colour")]
    [InlineData("""{"application":"web"}""", "bad_json", "environment")]
    [InlineData("""{"application":"web","application":"other","environment":"free"}""", "bad_json", "twice")]
    [InlineData("""{"application":null,"environment":"free"}""", "bad_json", "application")]
    [InlineData("""{"application":["web"],"environment":"free"}""", "bad_json", "application")]
    [InlineData("""{"Application":"web","environment":"free"}""", "bad_json", "Application")]
    [InlineData("{", "bad_json", "")]
    [InlineData("", "bad_request", "body")]
    [InlineData("null", "bad_request", "body")]
    public async Task Wrong_body_is_told_what_is_wrong(string body, string code, string names)
    {
        var server = shared.Server;

        var (status, problem) = await PostAsync(server, body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(code, problem.Code, StringComparison.Ordinal);
        Assert.Contains(names, problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Towpath.", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deep_and_large_bodies_are_refused()
    {
        var server = shared.Server;
        var deep = string.Concat(Enumerable.Repeat("{\"application\":", 10_000)) + "1" + new string('}', 10_000);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(server, deep)).Status);
        var large = $$"""{"application":"web","environment":"free","reason":"{{new string('x', 2 << 20)}}"}""";
        var (status, problem) = await PostAsync(server, large);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large"), (status, problem.Code));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(server, "application=web", "application/x-www-form-urlencoded")).Status);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("--upload-pack=touch /tmp/x")]
    [InlineData("$(touch /tmp/x)")]
    [InlineData("'; DROP TABLE deployments; --")]
    public async Task Hostile_texts_come_back_as_data(string text)
    {
        await using var server = await TestServer.StartAsync();
        var build = await server.BuildAsync(branch: text, author: text);
        Assert.Equal((text, text), (build.Branch, build.Author));
        var answer = await server.SendAsync("dev", HttpMethod.Post, "/api/v1/promotions", new { application = "web", environment = "free", reason = text });
        var json = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<", json, StringComparison.Ordinal);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Contains("no-store", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        using var page = await server.Http.GetAsync("/login?to=" + Uri.EscapeDataString("/" + text));
        Assert.DoesNotContain("<script>alert", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("<img", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("//evil.example/x")]
    public async Task Links_are_http_or_nothing(string url)
    {
        var server = shared.Server;
        await server.RefusedAsync(
            "dev", HttpMethod.Post, "/api/v1/builds", new { application = "web", commit = TestServer.Commit1, run_url = url }, HttpStatusCode.UnprocessableEntity, "bad_run_url");
    }

    [Fact]
    public async Task Secrets_stand_nowhere()
    {
        await using var server = await TestServer.StartAsync();
        const string canary = "canary-0123456789abcdef";
        Environment.SetEnvironmentVariable("TOWPATH_TEST_CANARY", canary);
        server.Folder.Write("apps/other.yaml", Folder.Other.Replace("{ kind: fake }", "{ kind: fake, secret: env:TOWPATH_TEST_CANARY }", StringComparison.Ordinal));
        await TestServer.UntilAsync(async () => (await server.Store.Configuration.CurrentAsync(CancellationToken.None))?.Files["apps/other.yaml"].Contains("CANARY", StringComparison.Ordinal) == true ? "" : null);
        var code = server.Running.Started.LoginUrl!.Split('=')[1];
        var login = await server.Http.GetAsync(server.Running.Started.LoginUrl);
        var cookie = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=')[1];
        await server.Http.GetAsync($"/login?code={code}");
        var token = await server.PostAsync<NewToken>("ada", "/api/v1/tokens", new { user = "dev", name = "ci" }, HttpStatusCode.Created);
        await server.BuildAsync();
        await server.UntilAsync((await server.PromoteAsync("free")).Id, Core.Deployments.Phase.Succeeded);
        var live = await server.PostAsync<Build>("ada", "/api/v1/builds", new { application = "other", commit = TestServer.Commit1 }, HttpStatusCode.Created);
        await server.PostAsync<DeploymentView>("ada", "/api/v1/promotions", new { application = "other", environment = "live", version = live.Version }, HttpStatusCode.Created);
        await server.SendAsync(null, HttpMethod.Get, $"/api/v1/deployments/{token.Token}");
        await server.SendAsync("ada", HttpMethod.Get, "/api/v1/tokens");

        var seen = new StringBuilder(server.Log.All);
        foreach (var path in (string[])["board", "applications", "deployments", "configuration", "tokens", "audit", "audit/export", "me"])
            seen.Append(await (await server.SendAsync("ada", HttpMethod.Get, "/api/v1/" + path)).Content.ReadAsStringAsync());
        foreach (var file in Directory.EnumerateFiles(server.Folder.Data).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))) seen.Append(Encoding.Latin1.GetString(await ReadAsync(file)));

        // The token stands in the path of a refused request: not even such a one is logged.
        Assert.All([code, cookie, token.Token, await server.TokenAsync("ada"), canary], secret => Assert.DoesNotContain(secret, seen.ToString(), StringComparison.Ordinal));
        Assert.Contains(Secret.Hash(token.Token), seen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_stays_green_and_documents_itself_without_a_login()
    {
        var server = shared.Server;
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/readyz")).StatusCode);
        var document = await server.Http.GetStringAsync("/openapi/v1.json");
        foreach (var route in Route.Of(server.Running).Where(route => route.Pattern.StartsWith("/api/", StringComparison.Ordinal)))
            Assert.Contains($"\"{route.Pattern}\"", document, StringComparison.Ordinal);
        Assert.All(["reportBuild", "approveDeployment", "securitySchemes", "expires_in_seconds"], word => Assert.Contains(word, document, StringComparison.Ordinal));
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task<(HttpStatusCode Status, Problem Problem)> PostAsync(TestServer server, string body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/promotions") { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Authorization = new("Bearer", await server.TokenAsync("dev"));
        // The refusal comes before the body: who sends it all the same may find the connection closed instead of reading the answer.
        request.Headers.ExpectContinue = true;
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var client = new HttpClient(handler) { BaseAddress = server.Http.BaseAddress };
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await TestServer.ReadAsync<Problem>(response, response.StatusCode));
    }
}
