using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;

namespace Towpath.Server.Features.Events;

/// <summary>Says what changed, as far as the caller may read; whoever shows it asks again.</summary>
public sealed class FollowEvents(IStore store, Authentication authentication, Access access, IHostApplicationLifetime lifetime, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/events", (HttpContext http, FollowEvents use, CancellationToken cancellationToken) =>
            Sse.Reply(http, use.FollowAsync(http.Caller(), cancellationToken)))
        .WithName("followEvents").WithSummary("Server-sent events: `changed` with topic and subject, `ping` every 15 s.").WithTags("events")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").DisableRequestTimeout().Needs(Permission.Read);

    public async IAsyncEnumerable<SseItem<string>> FollowAsync(Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var guard = new StreamGuard(caller, null, authentication, access, time);
        var pace = new Pace(time);
        using var subscription = new Subscription(store.Changes, notice => Hear(notice, guard, pace));
        yield return Sse.Ping;
        while (!end.IsCancellationRequested && !subscription.IsTooSlow && await guard.IsStillAllowedAsync(end.Token))
        {
            while (subscription.TryRead(out var notice))
                if (await MayHearAsync(caller, notice, end.Token)) yield return Changed(notice);
            if (pace.PingIsDue()) yield return Sse.Ping;
            await pace.WaitAsync(end.Token);
        }
    }

    private static void Hear(ChangeNotice notice, StreamGuard guard, Pace pace)
    {
        if (notice.Topic is "access" or "configuration") guard.Suspect();
        pace.Set();
    }

    private async Task<bool> MayHearAsync(Caller caller, ChangeNotice notice, CancellationToken cancellationToken)
    {
        var rights = await access.OfAsync(caller, cancellationToken);
        if (notice.Topic == "delivery") return rights.May(Permission.Administer, null);
        // Who may read everything is not asked about each thing.
        return rights.May(Permission.Read, null)
            || notice.Topic == "configuration"
            || rights.May(Permission.Read, await ApplicationOfAsync(notice, cancellationToken) ?? "");
    }

    private async Task<string?> ApplicationOfAsync(ChangeNotice notice, CancellationToken cancellationToken) => notice.Topic switch
    {
        "deployment" => (await store.Deployments.GetAsync(new DeploymentId(notice.Subject), cancellationToken))?.Key.Application,
        "environment" => notice.Subject.Split('/')[0],
        _ => notice.Subject,
    };

    private static SseItem<string> Changed(ChangeNotice notice) =>
        new(JsonSerializer.Serialize(new ChangedEvent(notice.Topic, notice.Subject), ApiJson.Default.ChangedEvent), "changed");
}
