using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Events;

/// <summary>Streams a deployment's log by its sequence, from where the reader was, until the deployment has ended and all is told.</summary>
public sealed class FollowLog(Lookups lookups, IStore store, Authentication authentication, Access access, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int Page = 500;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet(
            "/deployments/{id}/log/stream", async (string id, long? after, HttpContext http, FollowLog use, CancellationToken cancellationToken) =>
                await use.HandleAsync(http, id, after ?? 0, cancellationToken))
        .WithName("followLog").WithSummary("Server-sent events: a `line` for each line, `end` with the phase at the end. Goes on after `Last-Event-ID`.").WithTags("deployments")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").DisableRequestTimeout().Needs(Permission.Read);

    public async Task<IResult> HandleAsync(HttpContext http, string id, long after, CancellationToken cancellationToken)
    {
        var found = await lookups.DeploymentAsync(http.Caller(), Permission.Read, id, cancellationToken);
        if (found.Value is not { } deployment) return found.ToHttp();
        return Sse.Reply(http, FollowAsync(http.Caller(), deployment, Math.Max(after, Sse.LastEventId(http.Request)), cancellationToken));
    }

    public async IAsyncEnumerable<SseItem<string>> FollowAsync(Caller caller, Deployment deployment, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var guard = new StreamGuard(caller, deployment.Key.Application, authentication, access, time);
        var pace = new Pace(time);
        using var subscription = store.Changes.Subscribe(notice => Hear(notice, deployment.Id, guard, pace));
        // At once, so that the reader knows that it is connected, however long the log stays silent.
        yield return Sse.Ping;
        while (!end.IsCancellationRequested && await guard.IsStillAllowedAsync(end.Token))
        {
            // The phase first: lines that come before the end are then never missed.
            var phase = (await store.Deployments.GetAsync(deployment.Id, end.Token))?.Phase ?? deployment.Phase;
            var lines = await store.Deployments.LogAsync(deployment.Id, after, Page, end.Token);
            foreach (var line in lines) yield return Line(line);
            if (lines.Count > 0) after = lines[^1].Sequence;
            if (lines.Count == Page) continue;
            if (phase.IsTerminal())
            {
                yield return End(phase);
                yield break;
            }

            if (pace.PingIsDue()) yield return Sse.Ping;
            await pace.WaitAsync(end.Token);
        }
    }

    private static void Hear(ChangeNotice notice, DeploymentId deployment, StreamGuard guard, Pace pace)
    {
        if (notice.Topic is "access" or "configuration") guard.Suspect();
        else if (notice.Topic is not ("log" or "deployment") || !string.Equals(notice.Subject, deployment.Value, StringComparison.Ordinal)) return;
        pace.Set();
    }

    private static SseItem<string> Line(LogLine line) => new(JsonSerializer.Serialize(line, ApiJson.Default.LogLine), "line") { EventId = line.Sequence.ToString() };

    private static SseItem<string> End(Phase phase) => new(JsonSerializer.Serialize(new LogEnd(phase), ApiJson.Default.LogEnd), "end");
}
