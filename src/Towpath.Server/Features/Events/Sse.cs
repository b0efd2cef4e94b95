using System.Net.ServerSentEvents;

namespace Towpath.Server.Features.Events;

/// <summary>What all our event streams have in common.</summary>
internal static class Sse
{
    public static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);

    /// <summary>How often a stream asks whether its credential still counts, besides when it hears of a change.</summary>
    public static readonly TimeSpan RecheckEvery = TimeSpan.FromSeconds(2);

    public static SseItem<string> Ping { get; } = new("{}", "ping");

    public static IResult Reply(HttpContext http, IAsyncEnumerable<SseItem<string>> items)
    {
        // Proxies such as nginx would hold the events back otherwise.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(items);
    }

    public static long LastEventId(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], out var id) && id > 0 ? id : 0;
}
