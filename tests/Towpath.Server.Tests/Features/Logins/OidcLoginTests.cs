using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Towpath.Core.Operators;
using Towpath.GitHub.Oidc;
using Towpath.GitHubEmulator.Oidc;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.Logins;

/// <summary>People log in with an OpenID Connect provider, and only those whom it vouches for, as whom it may.</summary>
public sealed class OidcLoginTests
{
    [Fact]
    public async Task Person_with_a_verified_mail_address_logs_in()
    {
        await using var provider = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta"));
        using var pat = new Visitor(server);
        Assert.Contains("Log in with The okta", await pat.PageAsync("/login?to=/deployments"), StringComparison.Ordinal);

        Assert.Equal("/deployments", await pat.LocationOfAsync(await ToProviderAsync(pat, "okta", "/deployments")));

        Assert.Contains("""{"user":"pat@example.com","roles":["client"]""", await pat.PageAsync("/api/v1/me"), StringComparison.Ordinal);
        Assert.Equal("login by okta", Assert.Single((await server.GetAsync<TokenList>("ada", "/api/v1/tokens")).Tokens, t => t.User == "pat@example.com").Name);
    }

    [Theory]
    [InlineData("client_secret_post")]
    [InlineData("client_secret_basic")]
    public async Task Client_proves_itself_as_the_provider_wants(string way)
    {
        await using var provider = await OidcServer.StartAsync();
        provider.Describe = d => d["token_endpoint_auth_methods_supported"] = new JsonArray(way);
        await using var server = await StartAsync(provider.As("okta"));
        using var pat = new Visitor(server);

        Assert.Equal("/", await pat.LocationOfAsync(await ToProviderAsync(pat, "okta")));
    }

    [Fact]
    public async Task Claim_stands_behind_the_providers_name_so_that_nobody_takes_anothers()
    {
        await using var provider = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta", claim: "preferred_username"));
        foreach (var taken in (string[])["kim", "ada", "administrator", "pat@example.com"])
        {
            provider.Person["preferred_username"] = taken;
            using var visitor = new Visitor(server);
            Assert.Contains($"You are okta:{taken}, and have no role", await visitor.PageAsync(await ToProviderAsync(visitor, "okta"), HttpStatusCode.Forbidden), StringComparison.Ordinal);
        }

        provider.Person["preferred_username"] = "quinn";
        using var quinn = new Visitor(server);
        Assert.Equal("/", await quinn.LocationOfAsync(await ToProviderAsync(quinn, "okta")));
        Assert.Contains("\"user\":\"okta:quinn\"", await quinn.PageAsync("/api/v1/me"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("email_verified", null)]
    [InlineData("email_verified", "false")]
    [InlineData("email_verified", "\"true\"")]
    [InlineData("email_verified", "1")]
    [InlineData("email", null)]
    [InlineData("email", "\"kim\"")]
    [InlineData("email", "\"pat@example.com@evil.example\"")]
    [InlineData("email", "\"pat@example.com\\n\"")]
    [InlineData("email", "\"<script>@example.com\"")]
    [InlineData("email", "\"pat@exаmple.com\"")]
    [InlineData("email", "[\"pat@example.com\"]")]
    public async Task Mail_address_that_is_not_plain_and_verified_is_no_name(string claim, string? json)
    {
        await using var provider = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta"));
        provider.Spoil = claims =>
        {
            claims.Remove(claim);
            if (json is not null) claims[claim] = JsonNode.Parse(json);
        };
        using var pat = new Visitor(server);

        Assert.Contains("does not say that you have a mail address", await pat.PageAsync(await ToProviderAsync(pat, "okta"), HttpStatusCode.Forbidden), StringComparison.Ordinal);
        Assert.DoesNotContain(Authentication.Cookie, pat.Cookies.Keys);
    }

    [Fact]
    public async Task Provider_speaks_for_its_own_domains_only()
    {
        await using var provider = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta", null, "partner.example"));
        using var pat = new Visitor(server);

        Assert.Contains("of partner.example", await pat.PageAsync(await ToProviderAsync(pat, "okta"), HttpStatusCode.Forbidden), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonce", "another's")]
    [InlineData("nonce", null)]
    [InlineData("aud", "another-client")]
    [InlineData("aud", null)]
    [InlineData("aud", "several")]
    [InlineData("iss", "https://evil.example")]
    [InlineData("iss", null)]
    [InlineData("exp", "past")]
    [InlineData("exp", null)]
    [InlineData("iat", "future")]
    [InlineData("sub", null)]
    public async Task Token_with_a_wrong_claim_is_refused(string claim, string? value)
    {
        await using var provider = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta"));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        provider.Spoil = claims =>
        {
            claims.Remove(claim);
            if (value is not null)
                claims[claim] = value switch { "past" => now - 120, "future" => now + 120, "several" => new JsonArray(OidcServer.ClientId, "another-client"), _ => value };
        };

        await RefusedAsync(server, "does not count");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256 with the public key")]
    [InlineData("HS256 with the client's secret")]
    [InlineData("another key of the same name")]
    [InlineData("unknown key")]
    [InlineData("key in the header")]
    [InlineData("address of keys in the header")]
    [InlineData("no kid")]
    [InlineData("signature cut")]
    [InlineData("claims changed")]
    public async Task Token_that_the_provider_did_not_sign_is_refused(string how)
    {
        await using var provider = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta"));
        using var own = new SigningKey(provider.Key.Id);
        provider.Sign = claims => how switch
        {
            "none" => $"{Part("""{"alg":"none","typ":"JWT","kid":"key-1"}""")}.{Part(claims.ToJsonString())}.",
            "HS256 with the public key" => Hmac(claims, Encoding.UTF8.GetBytes(provider.Key.Public()["n"]!.ToString())),
            "HS256 with the client's secret" => Hmac(claims, Encoding.UTF8.GetBytes(OidcServer.ClientSecret)),
            "another key of the same name" => provider.SignWith(own, claims),
            "unknown key" => provider.SignWith(own, claims, "key-of-nobody"),
            "key in the header" => own.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = "key-1", ["jwk"] = own.Public() }, claims),
            "address of keys in the header" => own.Sign(new JsonObject { ["alg"] = "RS256", ["kid"] = "key-1", ["jku"] = "https://evil.example/keys" }, claims),
            "no kid" => provider.Key.Sign(new JsonObject { ["alg"] = "RS256" }, claims),
            "signature cut" => provider.SignWith(provider.Key, claims)[..^4],
            _ => Changed(provider.SignWith(provider.Key, claims), claims),
        };

        await RefusedAsync(server, "does not count");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Key_that_came_by_rotation_counts_when_the_keys_are_asked_for_again(bool forget)
    {
        await using var provider = await OidcServer.StartAsync();
        var clock = new HandClock();
        var options = new OidcOptions { Issuers = [provider.Issuer] };
        await using var server = await StartAsync([provider.As("okta")], services => services.AddSingleton(p => new CodeFlow(p.GetRequiredService<OidcHttp>(), options, clock)));
        using var pat = new Visitor(server);
        Assert.Equal("/", await pat.LocationOfAsync(await ToProviderAsync(pat, "okta")));
        var old = provider.Key;

        provider.Rotate(forget);
        clock.Advance(options.AskEvery);
        Assert.Equal("/", await pat.LocationOfAsync(await ToProviderAsync(pat, "okta")));

        provider.Sign = claims => provider.SignWith(old, claims);
        using var later = new Visitor(server);
        using var answer = await later.GetAsync(await ToProviderAsync(later, "okta"));
        Assert.Equal(forget ? HttpStatusCode.Unauthorized : HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task Code_and_state_of_one_provider_do_not_count_at_the_other()
    {
        await using var honest = await OidcServer.StartAsync();
        await using var evil = await OidcServer.StartAsync();
        await using var server = await StartAsync(honest.As("okta", null, "example.com"), evil.As("shady", null, "shady.example"));
        using var pat = new Visitor(server);
        var back = await ToProviderAsync(pat, "okta");

        // The answer of one at the other's door: the attempt was for another, and is over.
        await pat.PageAsync(back.Replace("/login/okta/", "/login/shady/", StringComparison.Ordinal), HttpStatusCode.Unauthorized);
        Assert.DoesNotContain("/token", evil.Asked);

        // A code of the evil one with the state of the honest one, and with whose name it comes.
        var again = await ToProviderAsync(pat, "okta");
        var spoilt = again.Replace(Uri.EscapeDataString(honest.Issuer), Uri.EscapeDataString(evil.Issuer), StringComparison.Ordinal);
        Assert.Contains("another provider answered", await pat.PageAsync(spoilt, HttpStatusCode.Unauthorized), StringComparison.Ordinal);
        Assert.DoesNotContain("/token", honest.Asked);

        // The evil one may say what it likes: it does not speak for example.com.
        Assert.Contains("shady.example", await pat.PageAsync(await ToProviderAsync(pat, "shady"), HttpStatusCode.Forbidden), StringComparison.Ordinal);
        evil.Sign = claims =>
        {
            claims["iss"] = honest.Issuer;
            return evil.SignWith(evil.Key, claims);
        };
        await pat.PageAsync(await ToProviderAsync(pat, "shady"), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Code_counts_once_and_only_with_its_verifier()
    {
        await using var provider = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta"));
        using var pat = new Visitor(server);
        using var thief = new Visitor(server);
        var back = await ToProviderAsync(pat, "okta");
        using var copy = pat.Copy();
        var own = await thief.LocationOfAsync("/login/okta");

        await thief.PageAsync($"/login/okta/callback?code={Query(back, "code")}&state={Query(own, "state")}", HttpStatusCode.Unauthorized);
        Assert.Contains("invalid_grant", await pat.PageAsync(back, HttpStatusCode.Unauthorized), StringComparison.Ordinal);
        await copy.PageAsync(back, HttpStatusCode.Unauthorized);
        Assert.DoesNotContain(Authentication.Cookie, pat.Cookies.Keys);
    }

    [Theory]
    [InlineData("redirect")]
    [InlineData("another issuer")]
    [InlineData("keys not by https")]
    [InlineData("down")]
    public async Task Provider_whose_description_leads_elsewhere_or_is_away_is_not_followed(string how)
    {
        await using var provider = await OidcServer.StartAsync();
        await using var inner = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta"));
        if (how == "redirect") provider.Elsewhere = inner.Issuer + "/.well-known/openid-configuration";
        if (how == "another issuer") provider.Describe = d => d["issuer"] = inner.Issuer;
        if (how == "keys not by https") provider.Describe = d => d["jwks_uri"] = "http://169.254.169.254/keys";
        if (how == "down") await provider.DisposeAsync();
        using var pat = new Visitor(server);

        Assert.Contains("cannot be asked now", await pat.PageAsync("/login/okta", HttpStatusCode.BadGateway), StringComparison.Ordinal);

        Assert.Empty(inner.Asked);
        // Strangers cannot make us ask again and again.
        var asked = provider.Asked.Count;
        await pat.PageAsync("/login/okta", HttpStatusCode.BadGateway);
        Assert.Equal(asked, provider.Asked.Count);
    }

    [Fact]
    public async Task Secrets_of_a_login_are_in_no_page_log_or_row()
    {
        await using var provider = await OidcServer.StartAsync();
        await using var server = await StartAsync(provider.As("okta"));
        using var pat = new Visitor(server);
        string token = "";
        provider.Sign = claims => token = provider.SignWith(provider.Key, claims);
        var back = await ToProviderAsync(pat, "okta");
        await pat.LocationOfAsync(back);
        provider.Sign = _ => token;
        using var other = new Visitor(server);
        var page = await other.PageAsync(await ToProviderAsync(other, "okta"), HttpStatusCode.Unauthorized);

        var texts = page + server.Log.All + provider.As("okta") + string.Join(' ', (await server.Store.Configuration.SettingsAsync("", default)).Select(s => s.Key + s.Value));
        foreach (var secret in (string[])[OidcServer.ClientSecret, token, Query(back, "code"), Query(back, "state")]) Assert.DoesNotContain(secret, texts, StringComparison.Ordinal);
    }

    private static Task<TestServer> StartAsync(params OidcProvider[] providers) => StartAsync(providers, null);

    private static async Task<TestServer> StartAsync(IReadOnlyList<OidcProvider> providers, Action<IServiceCollection>? more)
    {
        var folder = new Folder();
        folder.Write("organization.yaml", Folder.Organization.Replace("client: { users: [pat, kim]", "client: { users: [pat, kim, pat@example.com, \"okta:quinn\"]", StringComparison.Ordinal));
        return await TestServer.StartAsync(folder: folder, more: more, settings: options => options with { OidcProviders = providers });
    }

    private static async Task RefusedAsync(TestServer server, string said)
    {
        using var pat = new Visitor(server);
        Assert.Contains(said, await pat.PageAsync(await ToProviderAsync(pat, "okta"), HttpStatusCode.Unauthorized), StringComparison.Ordinal);
        Assert.DoesNotContain(Authentication.Cookie, pat.Cookies.Keys);
        Assert.DoesNotContain((await server.GetAsync<TokenList>("ada", "/api/v1/tokens")).Tokens, t => t.Name.StartsWith("login by", StringComparison.Ordinal));
    }

    private static async Task<string> ToProviderAsync(Visitor visitor, string provider, string to = "/") =>
        await visitor.LocationOfAsync(await visitor.LocationOfAsync($"/login/{provider}?to={Uri.EscapeDataString(to)}"));

    private static string Hmac(JsonObject claims, byte[] key)
    {
        var signed = $"{Part("""{"alg":"HS256","typ":"JWT","kid":"key-1"}""")}.{Part(claims.ToJsonString())}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Changed(string token, JsonObject claims)
    {
        claims["email"] = "ada@example.com";
        var parts = token.Split('.');
        return $"{parts[0]}.{Part(claims.ToJsonString())}.{parts[2]}";
    }

    private static string Part(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Query(string address, string name) => QueryHelpers.ParseQuery(new Uri(address).Query)[name].ToString();
}
