using System.Net;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Tests.Scene;
using static Towpath.GitHub.Tests.Scene.FakeWeb;

namespace Towpath.GitHub.Tests.Apps;

public sealed class OAuthLoginTests
{
    private static readonly Uri Back = new("https://towpath.example/login/github");

    [Fact]
    public void The_browser_goes_to_GitHub_with_state_and_challenge()
    {
        using var client = new Client(new FakeWeb(Json("{}")));
        Assert.Equal(
            "https://github.com/login/oauth/authorize?client_id=Iv1.client&redirect_uri=https%3A%2F%2Ftowpath.example%2Flogin%2Fgithub&state=a%26b&code_challenge=c&code_challenge_method=S256&allow_signup=false",
            Login(client).AuthorizationUrl(Back, "a&b", "c").AbsoluteUri);
    }

    [Fact]
    public async Task A_code_is_exchanged_with_its_verifier()
    {
        using var client = new Client(new FakeWeb(Json("""{"access_token":"ghu_canary","token_type":"bearer","expires_in":28800,"refresh_token":"ghr_canary","scope":""}""")));
        var granted = Assert.IsType<OAuthResult.Granted>(await ExchangeAsync(client));
        Assert.Equal(("ghu_canary", TimeSpan.FromHours(8)), (granted.Token.Token, granted.Token.Life));
        var call = Assert.Single(client.Calls);
        Assert.Equal(
            ("https://github.com/login/oauth/access_token", "client_id=Iv1.client&client_secret=canary-client&code=code&redirect_uri=https%3A%2F%2Ftowpath.example%2Flogin%2Fgithub&code_verifier=verifier", null),
            (call.Address.AbsoluteUri, call.Body, call.Authorization));
    }

    [Fact]
    public async Task A_code_that_does_not_count_is_refused()
    {
        using var client = new Client(new FakeWeb(Json("""{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}""")));
        Assert.Equal("GitHub does not accept the login (bad_verification_code); log in again", Assert.IsType<OAuthResult.Refused>(await ExchangeAsync(client)).Reason);
    }

    [Theory]
    [InlineData(200, "{}")]
    [InlineData(200, "access_token=canary")]
    [InlineData(200, "null")]
    [InlineData(404, "{}")]
    [InlineData(302, "{}")]
    public async Task An_answer_without_a_token_is_a_fault(int status, string body)
    {
        using var client = new Client(new FakeWeb(Json((HttpStatusCode)status, body)));
        var exception = await Assert.ThrowsAsync<GitHubException>(() => ExchangeAsync(client));
        Assert.DoesNotContain("canary", exception.ToString(), StringComparison.Ordinal);
        Assert.Single(client.Calls);
    }

    [Fact]
    public void Without_a_client_it_is_said_what_to_do()
    {
        using var client = new Client(new FakeWeb(Json("{}")), settings: Client.App with { ClientSecret = null });
        Assert.Contains("`client_id` and `client_secret`", Assert.Throws<GitHubConfigurationException>(() => Login(client).AuthorizationUrl(Back, "s", "c")).Message, StringComparison.Ordinal);
    }

    private static OAuthLogin Login(Client client) => new(client.Http, client.Source, client.Options, client.Time);

    private static Task<OAuthResult> ExchangeAsync(Client client) => Login(client).ExchangeAsync("code", "verifier", Back, TestContext.Current.CancellationToken);
}
