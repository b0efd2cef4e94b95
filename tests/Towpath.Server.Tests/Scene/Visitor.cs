using System.Net;
using System.Net.Http.Headers;

namespace Towpath.Server.Tests.Scene;

/// <summary>One person with one browser: keeps the server's cookies, sends forms as pages have them, and goes where it is sent only when told.</summary>
public sealed class Visitor(TestServer server) : IDisposable
{
    private readonly HttpClient _web = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private string _page = "";

    /// <summary>The server's, by name.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>Another browser of somebody who took the cookies of this one.</summary>
    public Visitor Copy()
    {
        var copy = new Visitor(server);
        foreach (var (name, value) in Cookies) copy.Cookies[name] = value;
        return copy;
    }

    public async Task<Visitor> LogInAsync(string user)
    {
        using var answer = await PostAsync("/login", ("token", await server.TokenAsync(user)), ("to", "/"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return this;
    }

    public Task<HttpResponseMessage> GetAsync(string address) => SendAsync(new HttpRequestMessage(HttpMethod.Get, Absolute(address)));

    /// <summary>A page's text, which must be there.</summary>
    public async Task<string> PageAsync(string address, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await GetAsync(address);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {text} {server.Log.Errors}");
        return text;
    }

    /// <summary>Sends a form with the antiforgery token of the page that was seen last.</summary>
    public Task<HttpResponseMessage> PostAsync(string address, params (string Name, string Value)[] fields)
    {
        var all = fields.Select(f => KeyValuePair.Create(f.Name, f.Value)).ToList();
        var isOurs = Absolute(address).Authority == server.Http.BaseAddress!.Authority;
        if (isOurs && Attribute(_page, "name=\"__RequestVerificationToken\" value=") is { } token) all.Add(KeyValuePair.Create("__RequestVerificationToken", token));
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, Absolute(address)) { Content = new FormUrlEncodedContent(all) });
    }

    /// <summary>The value of the attribute that follows these characters of a page; null where they are not there.</summary>
    public static string? Attribute(string page, string before)
    {
        var at = page.IndexOf(before, StringComparison.Ordinal);
        if (at < 0) return null;
        var from = at + before.Length + 1;
        return WebUtility.HtmlDecode(page[from..page.IndexOf('"', from)]);
    }

    /// <summary>Where an answer sends the browser.</summary>
    public static string Location(HttpResponseMessage answer)
    {
        Assert.True((int)answer.StatusCode is 302 or 303, answer.StatusCode.ToString());
        return answer.Headers.Location!.OriginalString;
    }

    public async Task<string> LocationOfAsync(string address)
    {
        using var answer = await GetAsync(address);
        return Location(answer);
    }

    public void Dispose() => _web.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var isOurs = request.RequestUri!.Authority == server.Http.BaseAddress!.Authority;
        request.Headers.UserAgent.ParseAdd("Mozilla/5.0");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        if (isOurs && Cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        var answer = await _web.SendAsync(request);
        if (!isOurs) return answer;
        Assert.True(answer.StatusCode != HttpStatusCode.InternalServerError, server.Log.Errors);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []) Keep(cookie);
        if (answer.Content.Headers.ContentType?.MediaType == "text/html") _page = await answer.Content.ReadAsStringAsync();
        return answer;
    }

    private void Keep(string cookie)
    {
        var (name, value) = (cookie[..cookie.IndexOf('=', StringComparison.Ordinal)], cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(';')[0]);
        if (value.Length == 0 || cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase)) Cookies.Remove(name);
        else Cookies[name] = value;
    }

    private Uri Absolute(string address) => new(server.Http.BaseAddress!, address);
}
