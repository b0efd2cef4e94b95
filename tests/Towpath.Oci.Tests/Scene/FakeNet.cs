using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Towpath.Oci.Manifests;

namespace Towpath.Oci.Tests.Scene;

/// <summary>A net of hosts with TLS, which a test cannot have otherwise.</summary>
internal sealed class FakeNet(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public ConcurrentQueue<(Uri Address, string? Authorization)> Requests { get; } = [];

    public static HttpResponseMessage Manifest(byte[] bytes) => new(HttpStatusCode.OK)
    {
        Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypes.OciIndex) } },
    };

    public static HttpResponseMessage Challenge(string challenge)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);
        return response;
    }

    public static HttpResponseMessage Redirect(string location) => new(HttpStatusCode.TemporaryRedirect) { Headers = { Location = new Uri(location) } };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue((request.RequestUri!, request.Headers.Authorization?.ToString()));
        var response = answer(request);
        response.RequestMessage = request;
        return Task.FromResult(response);
    }
}
