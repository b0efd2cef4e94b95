using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Towpath.Server.Security;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Security;

/// <summary>Logging in with a browser, and what other sites cannot do with its cookie.</summary>
public sealed class SessionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task One_time_code_lets_one_in_once()
    {
        await using var server = await TestServer.StartAsync();
        var url = server.Running.Started.LoginUrl!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.Http.GetAsync(url)));

        var good = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
        var cookie = Assert.Single(good.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("/", good.Headers.Location?.ToString());
        var me = await CookieAsync(server, HttpMethod.Get, "/api/v1/me", Value(cookie));
        Assert.Contains("\"administrator\":true", await me.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newer_code_ends_older_ones_and_only_the_first_start_prints_one()
    {
        await using var server = await TestServer.StartAsync();
        var codes = server.Running.Services.GetRequiredService<LoginCodes>();
        var newer = await codes.CreateAsync(CancellationToken.None);

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.GetAsync(server.Running.Started.LoginUrl)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await server.Http.GetAsync($"/login?code={newer}")).StatusCode);
        // Somebody has a token now.
        Assert.Null(await codes.CreateAtFirstStartAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Pasted_token_opens_a_session_that_ends_with_the_token()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await LogInAsync(server, "dev");
        Assert.Equal(HttpStatusCode.OK, (await CookieAsync(server, HttpMethod.Get, "/api/v1/board", cookie)).StatusCode);

        var token = (await server.Store.Access.FindTokenAsync(Secret.Hash(await server.TokenAsync("dev")), CancellationToken.None))!;
        await server.SendAsync("ada", HttpMethod.Delete, $"/api/v1/tokens/{token.Id}");

        Assert.Equal(HttpStatusCode.Unauthorized, (await CookieAsync(server, HttpMethod.Get, "/api/v1/board", cookie)).StatusCode);
    }

    [Fact]
    public async Task Change_with_a_cookie_needs_the_token_of_a_page_and_the_own_origin()
    {
        await using var server = await TestServer.StartAsync();
        await server.BuildAsync();
        var cookie = await LogInAsync(server, "dev");
        var (antiforgery, header) = Antiforgery(server, "dev");
        var both = $"{cookie}; {antiforgery}";
        var own = server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

        Assert.Equal(HttpStatusCode.Forbidden, await PromoteAsync(server, cookie, own, null));
        Assert.Equal(HttpStatusCode.Forbidden, await PromoteAsync(server, both, own, "garbage"));
        Assert.Equal(HttpStatusCode.Forbidden, await PromoteAsync(server, both, "https://evil.example", header));
        Assert.Equal(HttpStatusCode.Forbidden, await PromoteAsync(server, both, "null", header));
        Assert.Equal(HttpStatusCode.Forbidden, await PromoteAsync(server, both, own, Antiforgery(server, "ada").Header));
        Assert.Equal(HttpStatusCode.Created, await PromoteAsync(server, both, own, header));
        // Reading across sites is refused too: an event stream would tell what happens.
        Assert.Equal(HttpStatusCode.Forbidden, (await CookieAsync(server, HttpMethod.Get, "/api/v1/events", cookie, ("Origin", "https://evil.example"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await CookieAsync(server, HttpMethod.Get, "/api/v1/board", cookie, ("Sec-Fetch-Site", "cross-site"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await CookieAsync(server, HttpMethod.Post, "/logout", cookie, ("Sec-Fetch-Site", "cross-site"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await CookieAsync(server, HttpMethod.Get, "/api/v1/board", cookie)).StatusCode);
    }

    [Fact]
    public async Task Every_changing_route_refuses_a_cookie_from_elsewhere()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await LogInAsync(server, "ada");
        foreach (var route in Route.Of(server.Running).Where(route => route.Method is not "GET" && route.Needs is not null))
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path("00000000", "none")) { Content = route.Body() };
            request.Headers.Add("Cookie", cookie);
            using var response = await server.Http.SendAsync(request);
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{route.Method} {route.Pattern}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Logout_ends_the_session()
    {
        await using var server = await TestServer.StartAsync();
        var cookie = await LogInAsync(server, "dev");
        var (antiforgery, header) = Antiforgery(server, "dev");

        var answer = await CookieAsync(server, HttpMethod.Post, "/logout", $"{cookie}; {antiforgery}", ("RequestVerificationToken", header));

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await CookieAsync(server, HttpMethod.Get, "/api/v1/board", cookie)).StatusCode);
    }

    [Fact]
    public async Task Login_form_refuses_other_sites_wrong_tokens_and_too_many_tries()
    {
        await using var server = await TestServer.StartAsync();
        using var foreign = Form(await server.TokenAsync("dev"), "/");
        foreign.Headers.Add("Origin", "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.SendAsync(foreign)).StatusCode);

        for (var i = 0; i < LoginThrottle.Allowed; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.SendAsync(Form("twp_" + new string('x', 43), "/"))).StatusCode);

        using var last = await server.Http.SendAsync(Form(await server.TokenAsync("dev"), "/"));
        Assert.Equal(HttpStatusCode.TooManyRequests, last.StatusCode);
        // Who is logged in already, and tokens, are not concerned.
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("dev", HttpMethod.Get, "/api/v1/board")).StatusCode);
    }

    [Theory]
    [InlineData("/deployments/1", "/deployments/1")]
    [InlineData("//evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/x\r\nSet-Cookie: a=b", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task Login_leads_only_to_own_pages(string to, string expected)
    {
        var server = shared.Server;

        using var answer = await server.Http.SendAsync(Form(await server.TokenAsync("dev"), to));

        Assert.Equal((HttpStatusCode.SeeOther, expected), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task Keys_that_protect_forms_are_in_the_store_encrypted_and_the_key_file_is_the_owners_alone()
    {
        await using var server = await TestServer.StartAsync();
        Antiforgery(server, "dev");

        var keys = await server.Store.Configuration.SettingsAsync("data-protection/", CancellationToken.None);

        var key = Assert.Single(keys).Value;
        Assert.Contains("<sealed", key, StringComparison.Ordinal);
        Assert.DoesNotContain("<masterKey", key, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.Folder.Data, "data-protection.key")));
    }

    private static async Task<string> LogInAsync(TestServer server, string user)
    {
        using var answer = await server.Http.SendAsync(Form(await server.TokenAsync(user), "/"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return Value(Assert.Single(answer.Headers.GetValues("Set-Cookie")));
    }

    private static HttpRequestMessage Form(string token, string to) => new(HttpMethod.Post, "/login")
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = token, ["to"] = to }),
    };

    private static async Task<HttpStatusCode> PromoteAsync(TestServer server, string cookie, string origin, string? antiforgery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/promotions")
        {
            Content = new StringContent("""{"application":"web","environment":"staging"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Origin", origin);
        if (antiforgery is not null) request.Headers.Add("RequestVerificationToken", antiforgery);
        return (await server.Http.SendAsync(request)).StatusCode;
    }

    private static Task<HttpResponseMessage> CookieAsync(TestServer server, HttpMethod method, string path, string cookie, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", cookie);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>As a page of the dashboard would get it for this user.</summary>
    private static (string Cookie, string Header) Antiforgery(TestServer server, string user)
    {
        var http = new DefaultHttpContext
        {
            RequestServices = server.Running.Services,
            User = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Name, user)], "towpath")),
        };
        var tokens = server.Running.Services.GetRequiredService<IAntiforgery>().GetTokens(http);
        return ($"towpath_antiforgery={tokens.CookieToken}", tokens.RequestToken!);
    }

    private static string Value(string setCookie) => setCookie.Split(';')[0];
}
