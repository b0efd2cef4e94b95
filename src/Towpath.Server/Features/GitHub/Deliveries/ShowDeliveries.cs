using System.Text;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>What to list.</summary>
/// <param name="State"><c>pending</c>, <c>trouble</c> (not understood or failed), or all.</param>
/// <param name="Before">Only received before this one, for paging.</param>
/// <param name="Limit">At most this many, 50 by default, 200 at most.</param>
public sealed record DeliveryQuery(string? State = null, string? Before = null, int? Limit = null);

/// <summary>GitHub's deliveries as they were kept, newest first, and one with what was sent. They may hold anything of private repositories: for administrators.</summary>
public sealed class ShowDeliveries(IStore store, Access access)
{
    private const int Usual = 50;
    private const int Most = 200;
    private const int LongestPayload = 256 * 1024;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/github/deliveries", async ([AsParameters] DeliveryQuery query, HttpContext http, ShowDeliveries use, CancellationToken cancellationToken) =>
                (await use.ListAsync(http.Caller(), query, cancellationToken)).ToHttp())
            .WithName("listDeliveries").WithSummary("Webhook deliveries from GitHub, newest first.")
            .WithDescription("`state` is `pending`, `trouble` (not understood, or handling failed) or left out for all.").WithTags("github")
            .Produces<DeliveryList>().Needs(Permission.Administer);
        api.MapGet("/github/deliveries/{guid}", async (string guid, HttpContext http, ShowDeliveries use, CancellationToken cancellationToken) =>
                (await use.OneAsync(http.Caller(), guid, cancellationToken)).ToHttp())
            .WithName("showDelivery").WithSummary("A delivery with what was sent.").WithTags("github")
            .Produces<DeliveryDetail>().Needs(Permission.Administer);
    }

    public async Task<Answer<DeliveryList>> ListAsync(Caller caller, DeliveryQuery query, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        IReadOnlyList<DeliveryState>? states = query.State switch { "pending" => [DeliveryState.Pending], "trouble" => DeliveryFilter.Trouble, _ => null };
        if (states is null && query.State is { Length: > 0 } and not "all") return Refusal.Invalid("bad_state", "`state` is one of pending, trouble, all.");
        if (query.Limit is < 1 or > Most) return Refusal.Invalid("bad_limit", $"`limit` is a number from 1 to {Most}.");
        Guid? before = null;
        if (query.Before is { Length: > 0 } text)
        {
            if (!Guid.TryParseExact(text, "D", out var guid)) return Refusal.Invalid("bad_guid", "`before` is the GUID of a delivery.");
            before = guid;
        }

        var found = await store.Deliveries.ListAsync(new DeliveryFilter(states, before, query.Limit ?? Usual), cancellationToken);
        return new DeliveryList([.. found.Select(DeliveryView.Of)]);
    }

    public async Task<Answer<DeliveryDetail>> OneAsync(Caller caller, string guid, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        if (!Guid.TryParseExact(guid, "D", out var id) || await store.Deliveries.ReadAsync(id, cancellationToken) is not { } content) return NoSuch(guid);
        var (payload, isWhole) = Text(content);
        var repository = content.Delivery.RepositoryId is { } about ? await store.Facts.RepositoryAsync(about, cancellationToken) : null;
        return new DeliveryDetail(DeliveryView.Of(content.Delivery), repository?.Name, payload, isWhole);
    }

    internal static Refusal NoSuch(string guid) => Refusal.NotFound(
        "no_such_delivery", $"There is no delivery '{PlainLines.Of(guid)}'. GitHub shows its GUID under the App's recent deliveries; those that were handled are kept for a while only.");

    private static (string Payload, bool IsWhole) Text(DeliveryContent content)
    {
        try
        {
            var bytes = content.Payload();
            return (Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, LongestPayload))), bytes.Length <= LongestPayload);
        }
        catch (InvalidDataException)
        {
            return ("", false);
        }
    }
}
