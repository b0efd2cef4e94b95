using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.Deliveries;

/// <summary>Deliveries as GitHub would send them.</summary>
internal static class Sent
{
    public const string Sha = "1111111111111111111111111111111111111111";
    public const string Sha2 = "2222222222222222222222222222222222222222";

    /// <summary>A push to a branch of <c>acme/shop</c>, at a second of the clock.</summary>
    public static string Push(string sha = Sha, int second = 0, string branch = "main") =>
        $$$"""
        {"ref": "refs/heads/{{{branch}}}", "before": "0000000000000000000000000000000000000000", "after": "{{{sha}}}",
         "repository": {"id": 7, "full_name": "acme/shop", "owner": {"id": 70}, "updated_at": "2030-03-17T17:46:40Z", "pushed_at": {{{1_900_000_000 + second}}}},
         "installation": {"id": 5}, "sender": {"id": 9, "login": "kim", "type": "User"}}
        """;

    public static HttpRequestMessage Request(Guid guid, string payload, string name = "push", string secret = TestServer.WebhookSecret) => Request(guid, Encoding.UTF8.GetBytes(payload), name, secret);

    public static HttpRequestMessage Request(Guid guid, byte[] body, string name, string secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, ReceiveDeliveries.Path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(secret, body));
        request.Headers.Add("X-GitHub-Delivery", guid.ToString());
        request.Headers.Add("X-GitHub-Event", name);
        return request;
    }

    public static async Task<HttpStatusCode> DeliverAsync(this TestServer server, Guid guid, string payload, string name = "push")
    {
        using var request = Request(guid, payload, name);
        using var response = await server.Http.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Until it is no longer pending.</summary>
    public static Task<Delivery> SettledAsync(this TestServer server, Guid guid) => TestServer.UntilAsync(async () =>
        await server.Store.Deliveries.GetAsync(guid, CancellationToken.None) is { State: not DeliveryState.Pending } settled ? settled : null);

    /// <summary>Until no lane has a row in the work table.</summary>
    public static Task<string> UntilNothingIsLeftToDoAsync(this TestServer server) => TestServer.UntilAsync(async () =>
    {
        foreach (var lane in Enumerable.Range(0, Lanes.Count))
            if (await server.Store.Deliveries.PendingAsync(lane, 1, CancellationToken.None) is [_, ..]) return null;
        return (await server.Store.Work.SetAsideAsync(10, CancellationToken.None)).Count == 0 ? "nothing" : null;
    });
}
