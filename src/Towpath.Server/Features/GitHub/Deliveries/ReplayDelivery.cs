using System.Text.Json.Nodes;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>Has a kept delivery handled again, such as after an upgrade that understands it. Facts stay the newest, so an old one harms nothing.</summary>
public sealed class ReplayDelivery(IStore store, Access access, Audits audits)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost(
            "/github/deliveries/{guid}/replay", async (string guid, HttpContext http, ReplayDelivery use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), guid, cancellationToken)).ToHttp())
        .WithName("replayDelivery").WithSummary("Have a delivery handled again.").WithTags("github")
        .Produces<DeliveryView>().Needs(Permission.Administer);

    public async Task<Answer<DeliveryView>> HandleAsync(Caller caller, string guid, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        if (!Guid.TryParseExact(guid, "D", out var id) || await store.Deliveries.GetAsync(id, cancellationToken) is not { } delivery) return ShowDeliveries.NoSuch(guid);
        if (delivery.State != DeliveryState.Pending)
        {
            var details = new JsonObject { ["delivery"] = delivery.Guid.ToString(), ["event"] = delivery.Event };
            await store.CommitAsync(
                new Commit { Changes = [new Change.ReplayDelivery(id, Lanes.Of(id)), Lanes.Wake(Lanes.Of(id)), audits.Of(caller.User, "delivery.replayed", details)] }, cancellationToken);
        }

        // A conflict means that somebody else replayed it just now, or that it was pruned.
        return await store.Deliveries.GetAsync(id, cancellationToken) is { } now ? DeliveryView.Of(now) : ShowDeliveries.NoSuch(guid);
    }
}
