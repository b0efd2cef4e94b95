using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Towpath.GitHubEmulator;
using Towpath.GitHubEmulator.Calling;
using Towpath.Server.Api;
using Towpath.Server.Features.Logins;
using Towpath.Server.Security;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.Logins;

/// <summary>People log in with GitHub, and nobody logs in as somebody else.</summary>
public sealed class GitHubLoginTests
{
    private const string Callback = "/login/github/callback";

    [Fact]
    public async Task Person_with_a_role_logs_in_and_goes_where_they_wanted_to()
    {
        await using var scene = await StartAsync();
        using var kim = new Visitor(scene.Server);
        Assert.Contains("Log in with GitHub", await kim.PageAsync("/login?to=/deployments"), StringComparison.Ordinal);

        var back = await ToGitHubAsync(kim, "/deployments");
        using var answer = await kim.GetAsync(back);

        Assert.Equal("/deployments", Visitor.Location(answer));
        var set = answer.Headers.GetValues("Set-Cookie").ToList();
        Assert.Contains(set, c => c.StartsWith(Authentication.Cookie, StringComparison.Ordinal) && c.Contains("httponly", StringComparison.OrdinalIgnoreCase) && c.Contains("samesite=lax", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(LoginAttempts.Cookie, kim.Cookies.Keys);
        Assert.Contains("""{"user":"kim","roles":["staff","client"]""", await kim.PageAsync("/api/v1/me"), StringComparison.Ordinal);
        var token = Assert.Single((await scene.Server.GetAsync<TokenList>("ada", "/api/v1/tokens")).Tokens, t => t.Name == "login by github");
        Assert.Equal(("kim", false), (token.User, token.Administrator));
    }

    [Fact]
    public async Task Second_login_makes_no_second_row_and_revoking_it_ends_every_session()
    {
        await using var scene = await StartAsync();
        using var laptop = await LoggedInAsync(scene);
        using var phone = await LoggedInAsync(scene);
        var token = Assert.Single((await scene.Server.GetAsync<TokenList>("ada", "/api/v1/tokens")).Tokens, t => t.Name == "login by github");

        await scene.Server.SendAsync("ada", HttpMethod.Delete, $"/api/v1/tokens/{token.Id}");

        await laptop.PageAsync("/api/v1/me", HttpStatusCode.Unauthorized);
        await phone.PageAsync("/api/v1/me", HttpStatusCode.Unauthorized);
        using var again = await LoggedInAsync(scene);
        await again.PageAsync("/api/v1/me");
        await laptop.PageAsync("/api/v1/me", HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("wrong")]
    [InlineData("twice")]
    [InlineData("of another browser")]
    [InlineData("of another provider")]
    [InlineData("reused")]
    [InlineData("too old")]
    [InlineData("without its cookie")]
    [InlineData("with a forged cookie")]
    public async Task State_that_does_not_count_opens_no_session(string how)
    {
        var clock = new EmulatorClock(TimeProvider.System);
        await using var scene = await StartAsync(more: services => services.AddSingleton<TimeProvider>(clock));
        using var kim = new Visitor(scene.Server);
        using var other = new Visitor(scene.Server);
        await other.GetAsync("/login/github");
        var back = await ToGitHubAsync(kim, "/");
        using var stolen = kim.Copy();
        if (how == "reused") Assert.Equal("/", await kim.LocationOfAsync(back));
        if (how == "too old") clock.Advance(LoginAttempts.ValidFor);
        if (how == "without its cookie") kim.Cookies.Clear();
        if (how == "with a forged cookie") kim.Cookies[LoginAttempts.Cookie] = kim.Cookies[LoginAttempts.Cookie][..^3] + "AAA";
        var (code, state) = (Query(back, "code"), Query(back, "state"));
        var (visitor, address) = how switch
        {
            "missing" => (kim, $"{Callback}?code={code}"),
            "wrong" => (kim, $"{Callback}?code={code}&state={Secret.New()}"),
            "twice" => (kim, $"{Callback}?code={code}&state={state}&state={state}"),
            "of another browser" => (other, back),
            "of another provider" => (kim, back.Replace("/login/github/", "/login/elsewhere/", StringComparison.Ordinal)),
            // Whoever copied everything before has a code that GitHub gives a token for once.
            "reused" => (stolen, back),
            _ => (kim, back),
        };

        using var answer = await visitor.GetAsync(address);

        Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.NotFound]);
        Assert.DoesNotContain(Authentication.Cookie, visitor.Cookies.Keys);
        if (how is not ("reused" or "of another provider")) Assert.DoesNotContain(scene.GitHub.Calls.All, call => call.Path.EndsWith("access_token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Account_that_took_a_login_over_is_not_let_in_until_an_administrator_says_so()
    {
        await using var scene = await StartAsync();
        using var earlier = await LoggedInAsync(scene);
        var token = Assert.Single((await scene.Server.GetAsync<TokenList>("ada", "/api/v1/tokens")).Tokens, t => t.Name == "login by github");
        // Logged in under its new name since, the earlier account does not give the old one up.
        var accounts = scene.Server.Running.Services.GetRequiredService<KnownAccounts>();
        Assert.Null(await accounts.KeepAsync(OutsidePerson.OfGitHub(scene.World.Accounts.User("kim").Id, "kim2", null).Value!, TestContext.Current.CancellationToken));

        scene.World.Accounts.Free("kim");
        scene.World.Accounts.User("kim");
        using var newcomer = new Visitor(scene.Server);
        Assert.Contains("Another account came as kim before", await newcomer.PageAsync(await ToGitHubAsync(newcomer, "/"), HttpStatusCode.Forbidden), StringComparison.Ordinal);

        await scene.Server.SendAsync("ada", HttpMethod.Delete, $"/api/v1/tokens/{token.Id}");
        Assert.Equal("/", await newcomer.LocationOfAsync(await ToGitHubAsync(newcomer, "/")));
    }

    [Fact]
    public async Task Stolen_code_is_worth_nothing_in_a_login_that_somebody_else_began()
    {
        await using var scene = await StartAsync();
        using var kim = new Visitor(scene.Server);
        using var thief = new Visitor(scene.Server);
        var back = await ToGitHubAsync(kim, "/");
        var own = new Uri(await thief.LocationOfAsync("/login/github"));

        // The thief's own state, and the code that was made for another verifier.
        await thief.PageAsync($"{Callback}?code={Query(back, "code")}&state={Query(own.ToString(), "state")}", HttpStatusCode.Unauthorized);

        Assert.DoesNotContain(Authentication.Cookie, thief.Cookies.Keys);
    }

    [Fact]
    public async Task Nobody_is_logged_in_as_somebody_else_by_a_link()
    {
        await using var scene = await StartAsync();
        using var eve = new Visitor(scene.Server);
        using var victim = new Visitor(scene.Server);
        var back = await ToGitHubAsync(eve, "/");

        await victim.PageAsync(back, HttpStatusCode.Unauthorized);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/login/github?to=/x");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var begun = await scene.Server.Http.SendAsync(request);

        Assert.DoesNotContain(Authentication.Cookie, victim.Cookies.Keys);
        Assert.Equal("/login?to=%2Fx", Visitor.Location(begun));
        Assert.False(begun.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Session_that_was_there_before_is_replaced_and_ended()
    {
        await using var scene = await StartAsync();
        using var planted = await new Visitor(scene.Server).LogInAsync("vera");
        using var kim = planted.Copy();

        await kim.GetAsync(await ToGitHubAsync(kim, "/"));

        Assert.NotEqual(planted.Cookies[Authentication.Cookie], kim.Cookies[Authentication.Cookie]);
        Assert.Contains("\"user\":\"kim\"", await kim.PageAsync("/api/v1/me"), StringComparison.Ordinal);
        await planted.PageAsync("/api/v1/me", HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/%09/evil.example\r\nx: y")]
    [InlineData("javascript:alert(1)")]
    public async Task Login_leads_only_to_own_pages(string to)
    {
        await using var scene = await StartAsync();
        using var kim = new Visitor(scene.Server);

        Assert.Equal("/", await kim.LocationOfAsync(await ToGitHubAsync(kim, to)));
    }

    [Theory]
    [InlineData("redirect_uri=", "redirect_uri=https%3A%2F%2Fevil.example%2F&x=")]
    [InlineData("%2Flogin%2Fgithub%2Fcallback", "%2Flogin%2Fgithub%2Fcallback%2F..%2Fevil")]
    public async Task Other_address_to_come_back_to_is_refused_by_GitHub(string part, string instead)
    {
        await using var scene = await StartAsync();
        using var kim = new Visitor(scene.Server);
        var there = (await kim.LocationOfAsync("/login/github")).Replace(part, instead, StringComparison.Ordinal);

        var back = await kim.LocationOfAsync(there);

        Assert.StartsWith(scene.Server.Http.BaseAddress + "login/github/callback?", back, StringComparison.Ordinal);
        Assert.Contains("(redirect uri mismatch)", await kim.PageAsync(back, HttpStatusCode.Unauthorized), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_of_the_address_are_not_shown_on_the_login_page()
    {
        await using var scene = await StartAsync();
        using var kim = new Visitor(scene.Server);
        var state = Query(await kim.LocationOfAsync("/login/github"), "state");

        var page = await kim.PageAsync($"{Callback}?state={state}&error=%3Cscript%3Ecall+0800&error_description=call+0800", HttpStatusCode.Unauthorized);

        Assert.DoesNotContain("0800", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stranger", "no role here")]
    [InlineData("Administrator", "keeps for itself")]
    [InlineData("towpath", "keeps for itself")]
    public async Task Who_has_no_role_or_a_name_of_ours_leaves_nothing_behind(string login, string said)
    {
        await using var scene = await StartAsync(login);
        using var visitor = new Visitor(scene.Server);

        Assert.Contains(said, await visitor.PageAsync(await ToGitHubAsync(visitor, "/"), HttpStatusCode.Forbidden), StringComparison.Ordinal);

        Assert.DoesNotContain((await scene.Server.GetAsync<TokenList>("ada", "/api/v1/tokens")).Tokens, t => t.Name == "login by github");
        Assert.Empty(await scene.Server.Store.Configuration.SettingsAsync("login-used/", default));
    }

    [Fact]
    public async Task Name_that_went_over_to_another_account_is_not_let_in_before_somebody_says_so()
    {
        await using var scene = await StartAsync();
        using (await LoggedInAsync(scene))
        {
        }

        // The account kim was deleted, and somebody else took the name.
        var app = scene.App;
        scene.World.Reset();
        scene.World.Accounts.User("kim");
        scene.World.Apps.Add(app);
        scene.World.Script.Login = "kim";
        using var heir = new Visitor(scene.Server);
        Assert.Contains("Another account came as kim before", await heir.PageAsync(await ToGitHubAsync(heir, "/"), HttpStatusCode.Forbidden), StringComparison.Ordinal);

        var token = Assert.Single((await scene.Server.GetAsync<TokenList>("ada", "/api/v1/tokens")).Tokens, t => t.Name == "login by github");
        await scene.Server.SendAsync("ada", HttpMethod.Delete, $"/api/v1/tokens/{token.Id}");

        Assert.Equal("/", await heir.LocationOfAsync(await ToGitHubAsync(heir, "/")));
    }

    [Fact]
    public async Task GitHub_in_trouble_is_said_and_secrets_stay_secret()
    {
        await using var scene = await StartAsync();
        using var kim = await LoggedInAsync(scene);
        using var later = new Visitor(scene.Server);
        var there = await later.LocationOfAsync("/login/github");
        var back = await later.LocationOfAsync(there);
        scene.World.Script.Add(new ScriptedFault { Kind = FaultKind.Error, On = "GET /user", Times = 3 });

        var page = await later.PageAsync(back, HttpStatusCode.BadGateway);

        Assert.Contains("GitHub has a fault", page, StringComparison.Ordinal);
        var texts = page + scene.Server.Log.All + string.Join(' ', (await scene.Server.Store.Configuration.SettingsAsync("", default)).Values);
        Assert.DoesNotContain("ghu_", texts, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.App.ClientSecret, texts, StringComparison.Ordinal);
        Assert.DoesNotContain(Query(there, "state"), texts, StringComparison.Ordinal);
        Assert.DoesNotContain(Query(back, "code"), texts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_Apps_client_nobody_is_offered_it()
    {
        await using var server = await TestServer.StartAsync();
        using var visitor = new Visitor(server);

        Assert.DoesNotContain("Log in with GitHub", await visitor.PageAsync("/login"), StringComparison.Ordinal);
        await visitor.PageAsync("/login/github", HttpStatusCode.NotFound);
        await visitor.PageAsync(Callback + "?code=x&state=y", HttpStatusCode.NotFound);
    }

    private static async Task<GitHubServer> StartAsync(string login = "kim", Action<IServiceCollection>? more = null)
    {
        var scene = await GitHubServer.StartAsync(more: more);
        scene.App.CallbackUrls.Add(scene.Server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + Callback);
        scene.World.Script.Login = login;
        return scene;
    }

    private static async Task<Visitor> LoggedInAsync(GitHubServer scene)
    {
        var visitor = new Visitor(scene.Server);
        Assert.Equal("/", await visitor.LocationOfAsync(await ToGitHubAsync(visitor, "/")));
        return visitor;
    }

    /// <summary>To GitHub and, once somebody agreed there, the address that the browser comes back to.</summary>
    private static async Task<string> ToGitHubAsync(Visitor visitor, string to) =>
        await visitor.LocationOfAsync(await visitor.LocationOfAsync("/login/github?to=" + Uri.EscapeDataString(to)));

    private static string Query(string address, string name) => QueryHelpers.ParseQuery(new Uri(address).Query)[name].ToString();
}
