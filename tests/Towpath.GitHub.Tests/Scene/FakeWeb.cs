using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Towpath.GitHub.Tests.Scene;

/// <summary>Hosts with TLS, in memory. Answers each request as a test says, and keeps what was asked.</summary>
internal sealed class FakeWeb : HttpMessageHandler
{
    private readonly Func<Asked, HttpResponseMessage> _answer;

    public FakeWeb(Func<Asked, HttpResponseMessage> answer) => _answer = answer;

    /// <summary>One answer after another; the last one again and again.</summary>
    public FakeWeb(params IReadOnlyList<Func<HttpResponseMessage>> answers)
    {
        var given = 0;
        _answer = _ => answers[Math.Min(Interlocked.Increment(ref given), answers.Count) - 1]();
    }

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>Waited for before each answer.</summary>
    public Func<Asked, CancellationToken, Task>? Before { get; set; }

    /// <summary>The next answer, without asking over HTTP.</summary>
    public HttpResponseMessage Answer(Asked asked) => _answer(asked);

    public static Func<HttpResponseMessage> Json(string body, params IReadOnlyList<(string Name, string Value)> headers) => Json(HttpStatusCode.OK, body, headers);

    public static Func<HttpResponseMessage> Json(HttpStatusCode status, string body, params IReadOnlyList<(string Name, string Value)> headers) => () => Response(status, body, headers);

    public static Func<HttpResponseMessage> Status(int status, params IReadOnlyList<(string Name, string Value)> headers) => () => Response((HttpStatusCode)status, "", headers);

    public static Func<HttpResponseMessage> Broken(HttpRequestError error = HttpRequestError.ResponseEnded) => () => throw new HttpRequestException(error, "the connection broke");

    public static HttpResponseMessage Response(HttpStatusCode status, string body, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Asked asked;
        lock (Requests)
        {
            asked = new Asked(
                Requests.Count, request.Method.Method, request.RequestUri!, request.Headers.Authorization?.ToString(),
                request.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase), body);
            Requests.Enqueue(asked);
        }

        if (Before is { } before) await before(asked, cancellationToken);
        return _answer(asked);
    }
}

internal sealed record Asked(int Number, string Method, Uri Address, string? Authorization, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Path => Address.PathAndQuery;
}
