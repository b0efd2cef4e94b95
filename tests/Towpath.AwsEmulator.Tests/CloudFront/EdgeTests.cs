using System.Text;
using Towpath.AwsEmulator.CloudFront;
using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Tests.Calling;
using Towpath.Testing;

namespace Towpath.AwsEmulator.Tests.CloudFront;

/// <summary>What a visitor sees through the cache.</summary>
public sealed class EdgeTests : IAsyncLifetime
{
    private readonly VirtualTime _time = new();
    private readonly HttpClient _http = new();
    private Emulator _emulator = null!;

    private S3State S3 => S3State.Of(_emulator.State);

    private CloudFrontState CloudFront => _emulator.State.Of<CloudFrontState>();

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulator.StartAsync(new EmulatorOptions { Time = _time }, TestContext.Current.CancellationToken);
        S3.AddBucket("site");
        CloudFront.AddDistribution("site", id: "E1TOWPATH");
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _emulator.DisposeAsync();
    }

    [Fact]
    public async Task A_page_stays_stale_until_it_is_invalidated()
    {
        S3.Put("site", "index.html", "old");
        Assert.Equal("Miss old", await SeeAsync(""));
        S3.Put("site", "index.html", "new");
        Assert.Equal("Hit old", await SeeAsync("index.html"));

        await InvalidateAsync("r1", "/index.html");

        Assert.Equal("Miss new", await SeeAsync(""));
        Assert.Equal("Hit new", await SeeAsync(""));
    }

    [Fact]
    public async Task A_page_stays_stale_while_its_invalidation_is_in_progress_or_for_another_path()
    {
        CloudFront.InvalidationDelay = null;
        S3.Put("site", "docs/a.html", "old");
        await SeeAsync("docs/a.html");
        S3.Put("site", "docs/a.html", "new");

        await InvalidateAsync("r1", "/docs/*");
        Assert.Equal("Hit old", await SeeAsync("docs/a.html"));
        CloudFront.CompleteInvalidations();
        Assert.Equal("Miss new", await SeeAsync("docs/a.html"));

        S3.Put("site", "docs/a.html", "newer");
        CloudFront.InvalidationDelay = TimeSpan.Zero;
        await InvalidateAsync("r2", "/docs/b.html");
        Assert.Equal("Hit new", await SeeAsync("docs/a.html"));
    }

    [Theory]
    [InlineData("max-age=60", 59, "Hit old")]
    [InlineData("max-age=60", 60, "Miss new")]
    [InlineData("max-age=1, s-maxage=600", 599, "Hit old")]
    [InlineData("no-cache", 0, "Miss new")]
    [InlineData("private, max-age=60", 0, "Miss new")]
    [InlineData("public,max-age=31536000,immutable", 86_400 * 300, "Hit old")]
    [InlineData("", 86_399, "Hit old")]
    [InlineData("", 86_400, "Miss new")]
    public async Task Cache_Control_says_how_long(string cacheControl, int seconds, string seen)
    {
        S3.Put("site", "x", "old", ("Cache-Control", cacheControl));
        await SeeAsync("x");
        S3.Put("site", "x", "new", ("Cache-Control", cacheControl));
        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(seen, await SeeAsync("x"));
    }

    [Fact]
    public async Task That_an_object_is_missing_is_cached_for_a_moment_too()
    {
        Assert.Equal("Error 404", await SeeAsync("app.js"));
        S3.Put("site", "app.js", "code");
        Assert.Equal("Error 404", await SeeAsync("app.js"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("Miss code", await SeeAsync("app.js"));
    }

    [Fact]
    public async Task Wildcards_and_paths_in_progress_are_limited()
    {
        CloudFront.InvalidationDelay = TimeSpan.FromMinutes(10);
        Assert.Equal(201, await InvalidateAsync("w", [.. Enumerable.Range(0, 15).Select(i => $"/{i}/*")]));
        Assert.Equal(400, await InvalidateAsync("w2", "/more/*"));
        Assert.Equal(201, await InvalidateAsync("p", [.. Enumerable.Range(0, 3000).Select(i => $"/{i}")]));
        Assert.Equal(400, await InvalidateAsync("p2", "/more"));
        Assert.Equal(409, await InvalidateAsync("p", "/other"));
        Assert.Equal(413, await InvalidateAsync("p3", [.. Enumerable.Range(0, 3001).Select(i => $"/{i}")]));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(201, await InvalidateAsync("p2", "/more", "/more/*"));
    }

    private async Task<string> SeeAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(_emulator.Url, $"/_emulator/cdn/E1TOWPATH/{path}"), TestContext.Current.CancellationToken);
        var how = answer.Headers.GetValues("X-Cache").Single().Split(' ')[0];
        return answer.IsSuccessStatusCode ? $"{how} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}" : $"{how} {(int)answer.StatusCode}";
    }

    private async Task<int> InvalidateAsync(string reference, params string[] paths)
    {
        var body = new StringBuilder("<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths><Quantity>").Append(paths.Length).Append("</Quantity><Items>");
        foreach (var path in paths) body.Append("<Path>").Append(path).Append("</Path>");
        body.Append("</Items></Paths><CallerReference>").Append(reference).Append("</CallerReference></InvalidationBatch>");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_emulator.Url, "/2020-05-31/distribution/E1TOWPATH/invalidation"));
        return (await new SignedRequest(_emulator).SendAsync(request, "cloudfront", body.ToString(), "application/xml")).Status;
    }
}
