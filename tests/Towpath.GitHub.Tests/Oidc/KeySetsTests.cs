using System.Net;
using Towpath.GitHub.Oidc;
using Towpath.GitHub.Tests.Scene;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Oidc;

public sealed class KeySetsTests
{
    private readonly VirtualTime _time = new();
    private readonly FakeIssuer _issuer;

    public KeySetsTests() => _issuer = new FakeIssuer(_time);

    [Fact]
    public async Task Keys_are_asked_for_once_an_hour()
    {
        for (var i = 0; i < 10; i++) Assert.True(await _issuer.AcceptsAsync(Forge.Token()));
        Assert.Equal(1, _issuer.Questions);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(await _issuer.AcceptsAsync(Later()));
        Assert.Equal(2, _issuer.Questions);
    }

    [Fact]
    public async Task A_new_key_is_found_when_the_first_token_names_it()
    {
        Assert.True(await _issuer.AcceptsAsync(Forge.Token()));
        _time.Advance(TimeSpan.FromMinutes(1));
        _issuer.Published = Forge.KeySet(Forge.PublicKey(Forge.Key), Forge.PublicKey(Forge.OtherKey, "key-2"));
        Assert.True(await _issuer.AcceptsAsync(Second()));
        Assert.Equal(2, _issuer.Questions);
    }

    [Fact]
    public async Task Unknown_keys_make_us_ask_once_a_minute_at_most()
    {
        Assert.True(await _issuer.AcceptsAsync(Forge.Token()));
        for (var second = 0; second < 180; second++)
        {
            Assert.False(await _issuer.AcceptsAsync(Second()));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, _issuer.Questions);
    }

    [Fact]
    public async Task A_key_that_is_published_no_longer_counts_no_longer()
    {
        Assert.True(await _issuer.AcceptsAsync(Forge.Token()));
        _time.Advance(TimeSpan.FromHours(1));
        _issuer.Published = Forge.KeySet(Forge.PublicKey(Forge.OtherKey, "key-2"));
        Assert.IsType<TokenResult.Refused>(await _issuer.VerifyAsync(Later()));
    }

    [Fact]
    public async Task Known_keys_count_for_a_day_while_the_issuer_is_away()
    {
        Assert.True(await _issuer.AcceptsAsync(Forge.Token()));
        _issuer.Trouble = FakeWeb.Status(503);
        for (var hour = 0; hour < 23; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            Assert.True(await _issuer.AcceptsAsync(Later()));
        }

        _time.Advance(TimeSpan.FromHours(1));
        var unknown = Assert.IsType<TokenResult.Unknown>(await _issuer.VerifyAsync(Later()));
        Assert.Contains("answers with status 503", unknown.Explanation, StringComparison.Ordinal);
        _issuer.Trouble = null;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await _issuer.AcceptsAsync(Later()));
    }

    [Fact]
    public async Task An_issuer_in_trouble_is_not_a_refusal_and_is_left_alone_for_a_minute()
    {
        _issuer.Trouble = FakeWeb.Broken();
        for (var i = 0; i < 5; i++) Assert.IsType<TokenResult.Unknown>(await _issuer.VerifyAsync(Forge.Token()));
        Assert.Single(_issuer.Web.Requests);
    }

    [Fact]
    public async Task Many_at_once_ask_once()
    {
        var open = new TaskCompletionSource();
        _issuer.Web.Before = (_, _) => open.Task;
        var all = Enumerable.Range(0, 50).Select(_ => _issuer.AcceptsAsync(Forge.Token())).ToList();
        open.SetResult();
        Assert.All(await Task.WhenAll(all), Assert.True);
        Assert.Equal(1, _issuer.Questions);
    }

    [Fact]
    public async Task Who_knows_its_key_does_not_wait_for_a_slow_issuer()
    {
        Assert.True(await _issuer.AcceptsAsync(Forge.Token()));
        _time.Advance(TimeSpan.FromHours(1));
        var open = new TaskCompletionSource();
        _issuer.Web.Before = (_, _) => open.Task;
        var slow = _issuer.AcceptsAsync(Later());
        Assert.True(await _issuer.AcceptsAsync(Later()));
        Assert.False(slow.IsCompleted);
        open.SetResult();
        Assert.True(await slow);
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_given_up_after_ten_seconds()
    {
        _issuer.Web.Before = (_, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        var result = _issuer.VerifyAsync(Forge.Token());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("not in time", Assert.IsType<TokenResult.Unknown>(await result).Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example", null, "is that of 'https://evil.example'")]
    [InlineData(Forge.Issuer, "http://token.actions.githubusercontent.com/jwks", "is not an https address")]
    [InlineData(Forge.Issuer, "http://127.0.0.1/jwks", "is not an https address")]
    [InlineData(Forge.Issuer, "https://localhost/jwks", "is not an https address")]
    [InlineData(Forge.Issuer, "file:///etc/passwd", "is not an https address")]
    [InlineData(Forge.Issuer, "https://user:canary@keys.example/jwks", "is not an https address")]
    [InlineData(Forge.Issuer, "", "names no keys")]
    public async Task A_description_that_leads_astray_is_not_followed(string named, string? keys, string reason)
    {
        _issuer.Description = $$"""{"issuer":"{{named}}","jwks_uri":"{{keys ?? Forge.Issuer}}"}""";
        Assert.Contains(reason, Assert.IsType<TokenResult.Unknown>(await _issuer.VerifyAsync(Forge.Token())).Explanation, StringComparison.Ordinal);
        Assert.Single(_issuer.Web.Requests);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _issuer.Trouble = FakeWeb.Status(302, ("Location", "https://evil.example/"));
        Assert.IsType<TokenResult.Unknown>(await _issuer.VerifyAsync(Forge.Token()));
        Assert.Single(_issuer.Web.Requests);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_read()
    {
        _issuer.Trouble = FakeWeb.Json(HttpStatusCode.OK, new string(' ', 300 * 1024));
        Assert.Contains("more than 262144 bytes", Assert.IsType<TokenResult.Unknown>(await _issuer.VerifyAsync(Forge.Token())).Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_is_not_configured_is_never_asked()
    {
        var exception = await Assert.ThrowsAsync<IssuerException>(() => _issuer.Keys.FindAsync("https://evil.example", "k", TestContext.Current.CancellationToken));
        Assert.Contains("not among the issuers", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_issuer.Web.Requests);
    }

    [Fact]
    public async Task Whoever_gives_up_does_not_count_as_a_question()
    {
        using var impatient = new CancellationTokenSource();
        _issuer.Web.Before = (_, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        var gone = _issuer.Verifier.VerifyAsync(Forge.Token(), Forge.Issuer, Forge.Audience, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _issuer.Web.Before = null;
        Assert.True(await _issuer.AcceptsAsync(Forge.Token()));
    }

    private string Later()
    {
        var claims = Forge.Claims();
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        (claims["iat"], claims["nbf"], claims["exp"]) = (now, now, now + 300);
        return Forge.Token(claims);
    }

    private static string Second() => Forge.Token(header: """{"alg":"RS256","kid":"key-2"}""", key: Forge.OtherKey);
}
