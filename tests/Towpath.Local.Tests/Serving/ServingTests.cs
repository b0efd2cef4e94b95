using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Local.Tests.Sites;

namespace Towpath.Local.Tests.Serving;

public sealed class ServingTests : IAsyncLifetime
{
    private readonly SiteFixture _fixture = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _client.BaseAddress = new Uri($"http://127.0.0.1:{_fixture.Port}/");
        await _fixture.ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Site_without_release_says_that_nothing_is_deployed()
    {
        using var response = await _client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("Nothing is deployed yet", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "200", "home")]
    [InlineData("/index.html", "200", "home")]
    [InlineData("/guide/", "200", "guide")]
    [InlineData("/about", "200", "about")]
    [InlineData("/about.html", "200", "about")]
    [InlineData("/.well-known/security.txt", "200", "mail")]
    [InlineData("/with%20space.txt", "200", "space")]
    [InlineData("/missing", "404", "lost")]
    [InlineData("/guide/missing", "404", "lost")]
    [InlineData("/.env", "404", "lost")]
    [InlineData("/guide/.hidden", "404", "lost")]
    [InlineData("/.towpath-release.json", "404", "lost")]
    public async Task Path_leads_to(string path, string status, string body)
    {
        await DeployAsync();
        using var response = await _client.GetAsync(path, Cancellation);
        Assert.Equal(status, ((int)response.StatusCode).ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("/guide", "/guide/")]
    [InlineData("/guide?a=b", "/guide/?a=b")]
    public async Task Folder_without_slash_is_redirected(string path, string location)
    {
        await DeployAsync();
        using var response = await _client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal(location, response.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/%2e%2e%2fsecret.txt")]
    [InlineData("/guide/../../../secret.txt")]
    [InlineData("/guide/%2e%2e/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/..\\secret.txt")]
    [InlineData("/%252e%252e/secret.txt")]
    [InlineData("//secret.txt")]
    [InlineData("/./../.towpath-release.json")]
    [InlineData("/%2e%2e/.towpath-release.json")]
    [InlineData("/..;/secret.txt")]
    [InlineData("/secret.txt%00.html")]
    [InlineData("//127.0.0.1/guide")]
    [InlineData("//guide")]
    public async Task Path_that_leaves_the_site_finds_nothing(string path)
    {
        await DeployAsync();
        foreach (var folder in new[] { _fixture.Folder.Path, _fixture.Site.Root, _fixture.Site.Releases })
            await File.WriteAllTextAsync(Path.Combine(folder, "secret.txt"), "SECRET", Cancellation);
        var answer = await RawAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.Matches("^HTTP/1.1 40[04] ", answer);
        Assert.DoesNotContain("SECRET", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("sha256", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    public async Task Method_that_changes_is_not_allowed(string method)
    {
        await DeployAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using var response = await _client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8", "max-age=0, must-revalidate")]
    [InlineData("/app-BdT4kLxQ.mjs", "text/javascript; charset=utf-8", "max-age=31536000, immutable")]
    [InlineData("/app.0a1b2c3d.css", "text/css; charset=utf-8", "max-age=31536000, immutable")]
    [InlineData("/apple-touch-icon.png", "image/png", "max-age=0, must-revalidate")]
    [InlineData("/logo-20240608.png", "image/png", "max-age=0, must-revalidate")]
    [InlineData("/module.wasm", "application/wasm", "max-age=0, must-revalidate")]
    [InlineData("/site.webmanifest", "application/manifest+json; charset=utf-8", "max-age=0, must-revalidate")]
    [InlineData("/photo.avif", "image/avif", "max-age=0, must-revalidate")]
    [InlineData("/font.woff2", "font/woff2", "max-age=0, must-revalidate")]
    [InlineData("/app.js.map", "application/json; charset=utf-8", "max-age=0, must-revalidate")]
    [InlineData("/unknown.xyzzy", "application/octet-stream", "max-age=0, must-revalidate")]
    public async Task Response_has_type_and_cache_headers(string path, string type, string cache)
    {
        await DeployAsync();
        using var response = await _client.GetAsync(path, Cancellation);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(new HashSet<string>(cache.Split(", "), StringComparer.Ordinal), [.. response.Headers.CacheControl!.ToString().Split(", ")]);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.NotNull(response.Content.Headers.LastModified);
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Head_has_the_headers_of_get_without_body()
    {
        await DeployAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        using var response = await _client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(4, response.Content.Headers.ContentLength);
        Assert.NotNull(response.Headers.ETag);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Conditional_request_with_same_tag_or_date_is_not_modified()
    {
        await DeployAsync();
        using var first = await _client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(headers => headers.IfNoneMatch.Add(first.Headers.ETag!)));
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(headers => headers.IfModifiedSince = first.Content.Headers.LastModified));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(headers => headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\""))));
    }

    [Fact]
    public async Task Conditional_request_after_a_rollback_gets_the_older_page()
    {
        await DeployAsync();
        var older = _fixture.Build(("index.html", "older"));
        await _fixture.DeployAsync(older);
        await _fixture.DeployAsync(_fixture.Build(("index.html", "newer")));
        using var newer = await _client.GetAsync("/", Cancellation);
        await _fixture.DeployAsync(older);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(headers => headers.IfModifiedSince = newer.Content.Headers.LastModified));
    }

    [Fact]
    public async Task Range_gives_the_part()
    {
        await DeployAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Range = new RangeHeaderValue(1, 2);
        using var response = await _client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal("om", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("bytes 1-2/4", response.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task Hashed_name_with_other_bytes_than_before_is_not_immutable()
    {
        await _fixture.DeployAsync(_fixture.Build(("app-BdT4kLxQ.js", "one")));
        await _fixture.DeployAsync(_fixture.Build(("app-BdT4kLxQ.js", "two")));
        using var response = await _client.GetAsync("/app-BdT4kLxQ.js", Cancellation);
        Assert.Equal(TimeSpan.Zero, response.Headers.CacheControl!.MaxAge);
    }

    [Fact]
    public async Task WellKnown_says_what_is_served()
    {
        var artifact = _fixture.Build(("index.html", "x"), (".well-known/towpath", "lie"));
        var since = _fixture.Time.GetUtcNow();
        await _fixture.DeployAsync(artifact);
        var status = JsonNode.Parse(await _client.GetStringAsync("/.well-known/towpath", Cancellation))!.AsObject();
        Assert.Equal("docs", (string?)status["application"]);
        Assert.Equal("dev", (string?)status["environment"]);
        Assert.Equal(artifact.Digest.Value, (string?)status["digest"]);
        Assert.Equal(artifact.Digest.Hex, (string?)status["release"]);
        Assert.Equal(since, (DateTimeOffset?)status["since"]);
    }

    [Fact]
    public async Task Current_that_leads_elsewhere_is_not_followed()
    {
        _fixture.Folder.Write("site/other/index.html", "SECRET");
        File.CreateSymbolicLink(_fixture.Site.Current, "other");
        using var response = await _client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Switching_under_load_never_fails_or_mixes()
    {
        var versions = new[] { 'a', 'b' }.Select(c => _fixture.Build(("index.html", new string(c, 100_000)))).ToArray();
        await _fixture.DeployAsync(versions[0]);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => ReadUntilAsync(stop.Token)).ToArray();
        for (var i = 1; i <= 20; i++)
        {
            await _fixture.DeployAsync(versions[i % 2]);
            Assert.StartsWith("ab"[i % 2].ToString(), await _client.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
        }
        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), seen => Assert.Subset(new HashSet<char>("ab"), seen));
    }

    private async Task<HashSet<char>> ReadUntilAsync(CancellationToken stop)
    {
        var seen = new HashSet<char>();
        while (!stop.IsCancellationRequested || seen.Count == 0)
        {
            using var response = await _client.GetAsync("/", Cancellation);
            var body = await response.Content.ReadAsStringAsync(Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(100_000, body.Length);
            Assert.Single(body.Distinct());
            seen.Add(body[0]);
        }
        return seen;
    }

    private Task DeployAsync() => _fixture.DeployAsync(_fixture.Build(
        ("index.html", "home"), ("guide/index.html", "guide"), ("guide/.hidden", "h"), ("about.html", "about"), ("404.html", "lost"), (".env", "SECRET"),
        (".well-known/security.txt", "mail"), ("with space.txt", "space"), ("app-BdT4kLxQ.mjs", "1"), ("app.0a1b2c3d.css", "2"),
        ("apple-touch-icon.png", "3"), ("logo-20240608.png", "4"), ("module.wasm", "5"), ("site.webmanifest", "{}"), ("photo.avif", "6"), ("font.woff2", "7"),
        ("app.js.map", "{}"), ("unknown.xyzzy", "8")));

    private async Task<HttpStatusCode> StatusAsync(Action<HttpRequestHeaders> set)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        set(request.Headers);
        using var response = await _client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _fixture.Port, Cancellation);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request), Cancellation);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(Cancellation);
    }
}
