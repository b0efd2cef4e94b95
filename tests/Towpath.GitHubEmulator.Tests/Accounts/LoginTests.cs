using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Accounts;

/// <summary>Logging in, and what a person's token tells.</summary>
public sealed class LoginTests : GitHubScene
{
    private const string Back = "https://towpath.example/login/github";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        App.CallbackUrls.Add(Back);
        Emulator.Script.Login = "sam";
        World.Accounts.Organization("acme").Team("Staff people", "sam");
    }

    [Fact]
    public async Task A_code_is_exchanged_once_for_a_token_that_tells_teams()
    {
        var verifier = Secrets.Word(43);
        var code = (await AuthorizeAsync(Challenge(verifier)))["code"];
        var got = await ExchangeAsync(code!, verifier);
        var client = With((string)got["access_token"]!);

        Assert.Equal("bearer", (string?)got["token_type"]);
        Assert.Equal("sam", (string?)(await client.GetAsync("/user")).Json["login"]);
        Assert.Equal("staff-people", (string?)(await client.GetAsync("/user/teams")).Json[0]!["slug"]);
        Assert.Equal("acme", (string?)(await client.GetAsync("/user/orgs")).Json[0]!["login"]);
        Assert.Equal(Installation.Id, (long)(await client.GetAsync("/user/installations")).Json["installations"]![0]!["id"]!);
        Assert.Equal("bad_verification_code", (string?)(await ExchangeAsync(code!, verifier))["error"]);
        Clock.Advance(TimeSpan.FromHours(8));
        Assert.Equal(401, (await client.GetAsync("/user")).Status);
    }

    [Fact]
    public async Task A_wrong_verifier_secret_address_or_age_is_refused()
    {
        var verifier = Secrets.Word(43);
        Assert.Equal("bad_verification_code", (string?)(await ExchangeAsync((await AuthorizeAsync(Challenge(verifier)))["code"]!, "another"))["error"]);
        Assert.Equal("incorrect_client_credentials", (string?)(await ExchangeAsync((await AuthorizeAsync(Challenge(verifier)))["code"]!, verifier, secret: "x"))["error"]);
        Assert.Equal("redirect_uri_mismatch", (string?)(await ExchangeAsync((await AuthorizeAsync(Challenge(verifier)))["code"]!, verifier, back: "https://evil.example"))["error"]);
        var late = (await AuthorizeAsync(Challenge(verifier)))["code"]!;
        Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("bad_verification_code", (string?)(await ExchangeAsync(late, verifier))["error"]);
        Assert.Equal("redirect_uri_mismatch", (await AuthorizeAsync(null, "https://evil.example"))["error"]);
        Emulator.Script.Login = null;
        Assert.Equal("access_denied", (await AuthorizeAsync(null))["error"]);
    }

    [Fact]
    public async Task An_app_checks_and_revokes_the_tokens_that_it_was_given()
    {
        var token = World.Accounts.IssueUserToken(World.Accounts.User("sam"), App);
        var body = new JsonObject { ["access_token"] = token }.ToJsonString();
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{App.ClientId}:{App.ClientSecret}"))).ToString();
        var path = $"/applications/{App.ClientId}/token";

        Assert.Equal("sam", (string?)(await With(null).SendAsync(HttpMethod.Post, path, body, ("Authorization", basic))).Json["user"]!["login"]);
        Assert.Equal(204, (await With(null).SendAsync(HttpMethod.Delete, path, body, ("Authorization", basic))).Status);
        Assert.Equal(401, (await With(token).GetAsync("/user")).Status);
    }

    [Fact]
    public async Task An_installation_sees_the_members_of_its_organization()
    {
        var client = AsInstallation();
        World.Accounts.Organization("other").Team("staff", "eve");

        Assert.Equal("active", (string?)(await client.GetAsync("/orgs/acme/teams/staff-people/memberships/sam")).Json["state"]);
        Assert.Equal(404, (await client.GetAsync("/orgs/acme/teams/staff-people/memberships/kim")).Status);
        Assert.Equal("admin", (string?)(await client.GetAsync("/orgs/acme/memberships/kim")).Json["role"]);
        Assert.Equal((204, 404), ((await client.GetAsync("/orgs/acme/members/sam")).Status, (await client.GetAsync("/orgs/acme/members/eve")).Status));
        Assert.Single((await client.GetAsync("/orgs/acme/teams/staff-people/members")).Json.AsArray());
        Assert.Single((await client.GetAsync("/orgs/acme/teams")).Json.AsArray());
        Assert.Equal(200, (await client.GetAsync("/orgs/acme/teams/staff-people")).Status);
        Assert.Equal(404, (await client.GetAsync("/orgs/other/teams/staff/members")).Status);
        Assert.Equal((200, 200), ((await client.GetAsync("/users/kim")).Status, (await client.GetAsync("/orgs/acme")).Status));
    }

    private static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private async Task<Dictionary<string, string?>> AuthorizeAsync(string? challenge, string back = Back)
    {
        var query = new Dictionary<string, string?> { ["client_id"] = App.ClientId, ["redirect_uri"] = back, ["state"] = "s" };
        if (challenge is not null) (query["code_challenge"], query["code_challenge_method"]) = (challenge, "S256");
        var got = await With(null).GetAsync(QueryHelpers.AddQueryString("/login/oauth/authorize", query));
        var answered = QueryHelpers.ParseQuery(new Uri(got.Header("Location")!).Query);
        Assert.StartsWith(Back, got.Header("Location"), StringComparison.Ordinal);
        Assert.Equal("s", answered["state"]);
        return answered.ToDictionary(a => a.Key, a => (string?)a.Value.ToString());
    }

    private async Task<JsonNode> ExchangeAsync(string code, string verifier, string? secret = null, string back = Back)
    {
        var got = await With(null).SendAsync(HttpMethod.Post, "/login/oauth/access_token", new JsonObject
        {
            ["client_id"] = App.ClientId, ["client_secret"] = secret ?? App.ClientSecret, ["code"] = code, ["redirect_uri"] = back, ["code_verifier"] = verifier,
        }.ToJsonString(), ("Accept", "application/json"));
        Assert.Equal(200, got.Status);
        return got.Json;
    }
}
