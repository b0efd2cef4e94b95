using System.Net;
using System.Text;

namespace Towpath.Aws.Tests.Calling;

/// <summary>Answers calls one after another as a test says, and keeps what was asked.</summary>
internal sealed class ScriptedHttp(params IReadOnlyList<Func<HttpResponseMessage>> answers) : HttpMessageHandler
{
    public List<HttpRequestMessage> Requests { get; } = [];

    public static Func<HttpResponseMessage> Json(HttpStatusCode status, string body, params IReadOnlyList<(string Name, string Value)> headers) =>
        () => With(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.1") }, headers);

    public static Func<HttpResponseMessage> Xml(HttpStatusCode status, string body) =>
        () => new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "text/xml") };

    public static Func<HttpResponseMessage> Broken() => () => throw new HttpRequestException("connection refused");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult(answers[Math.Min(Requests.Count, answers.Count) - 1]());
    }

    private static HttpResponseMessage With(HttpResponseMessage response, IReadOnlyList<(string Name, string Value)> headers)
    {
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}
