using System.Net;
using System.Text;
using System.Text.Json;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Jws;
using Towpath.GitHub.Tests.Scene;
using Towpath.Testing;
using static Towpath.GitHub.Tests.Scene.FakeWeb;

namespace Towpath.GitHub.Tests.Apps;

public sealed class InstallationTokensTests
{
    [Fact]
    public async Task A_token_is_kept_until_five_minutes_before_its_end()
    {
        using var client = new Client(new FakeWeb(Json("{}")));
        await client.GetAsync();
        client.Time.Advance(TimeSpan.FromMinutes(54));
        await client.GetAsync();
        Assert.Equal(1, client.Given);
        client.Time.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync();
        Assert.Equal(2, client.Given);
        Assert.Equal("Bearer ghs_canary2", client.Calls[^1].Authorization);
    }

    [Fact]
    public async Task Many_at_once_ask_for_one_token()
    {
        using var client = new Client(new FakeWeb(Json("{}")));
        var open = new TaskCompletionSource();
        client.Net.Before = (_, _) => open.Task;
        var calls = Enumerable.Range(0, 50).Select(_ => client.GetAsync()).ToList();
        open.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(1, client.Given);
    }

    [Fact]
    public async Task Each_installation_has_its_own()
    {
        using var client = new Client(new FakeWeb(Json("{}")));
        await client.GetAsync();
        await client.GitHub.SendAsync(Client.Read() with { Caller = new GitHubCaller.Installation(2) }, TestContext.Current.CancellationToken);
        Assert.Equal(["Bearer ghs_canary1", "Bearer ghs_canary2"], client.Calls.Select(c => c.Authorization));
        Assert.Equal(["/app/installations/1/access_tokens", "/app/installations/2/access_tokens"], client.Net.Requests.Where(r => r.Method == "POST").Select(r => r.Path));
    }

    [Fact]
    public async Task A_token_that_does_not_count_is_replaced_and_the_call_made_again_once()
    {
        using var client = new Client(new FakeWeb(Json("{}"), Json(HttpStatusCode.Unauthorized, """{"message":"Bad credentials"}"""), Json("{}")));
        await client.GetAsync();
        await client.GetAsync();
        Assert.Equal(["Bearer ghs_canary1", "Bearer ghs_canary1", "Bearer ghs_canary2"], client.Calls.Select(c => c.Authorization));
        using var gone = new Client(new FakeWeb(Json(HttpStatusCode.Unauthorized, """{"message":"Bad credentials"}""")));
        Assert.True((await Assert.ThrowsAsync<GitHubException>(() => gone.GetAsync())).IsAboutCredentials);
        Assert.Equal((2, 2), (gone.Calls.Count, gone.Given));
    }

    [Fact]
    public async Task Whoever_asks_with_an_old_token_does_not_take_the_new_one_away()
    {
        using var client = new Client(new FakeWeb(Json("{}")));
        var old = await client.Tokens.GetAsync(1, TestContext.Current.CancellationToken);
        client.Tokens.Forget(1, old);
        var fresh = await client.Tokens.GetAsync(1, TestContext.Current.CancellationToken);
        client.Tokens.Forget(1, old);
        Assert.Same(fresh, await client.Tokens.GetAsync(1, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("canary", fresh.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_App_that_is_not_installed_any_longer_is_told()
    {
        using var client = new Client(new FakeWeb(Json("{}"))) { TokenAnswer = _ => Response(HttpStatusCode.NotFound, """{"message":"Not Found"}""") };
        var exception = await Assert.ThrowsAsync<GitHubException>(() => client.GetAsync());
        Assert.Equal("GitHub, getting a token of installation 1: Not Found (HTTP 404); check the name, and that the App is installed on that repository", exception.Explanation);
        Assert.Empty(client.Calls);
    }

    [Fact]
    public void The_App_s_token_begins_a_minute_ago_and_ends_within_ten()
    {
        using var app = new AppJwt(new FixedApp(Client.App), new VirtualTime());
        var header = app.Create();
        var token = header.Parameter!;
        var parts = token.Split('.');
        Assert.Equal("""{"alg":"RS256","typ":"JWT"}""", Text(parts[0]));
        using var claims = JsonDocument.Parse(Text(parts[1]));
        Assert.Equal(("4711", Forge.Seconds(-60), Forge.Seconds(540)), (claims.RootElement.GetProperty("iss").GetString(), claims.RootElement.GetProperty("iat").GetInt64(), claims.RootElement.GetProperty("exp").GetInt64()));
        Assert.True(Forge.Key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64UrlText.Decode(parts[2])!, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1));
        Assert.Equal("Bearer", header.Scheme);
    }

    [Fact]
    public void Without_an_App_it_is_said_what_to_do()
    {
        using var app = new AppJwt(new FixedApp(null), new VirtualTime());
        Assert.StartsWith("there is no GitHub App yet: create one from the dashboard", Assert.Throws<GitHubConfigurationException>(() => app.Create()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_cannot_be_used_is_told_without_showing_it()
    {
        using var app = new AppJwt(new FixedApp(Client.App with { PrivateKey = "canary" }), new VirtualTime());
        var exception = Assert.Throws<GitHubConfigurationException>(() => app.Create());
        Assert.Equal("the private key of GitHub App 4711 is not one RSA private key in PEM form without a password; make a new one in the App's settings on GitHub", exception.Message);
    }

    private static string Text(string part) => Encoding.UTF8.GetString(Base64UrlText.Decode(part)!);
}
