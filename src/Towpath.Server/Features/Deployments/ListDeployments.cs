using System.Text.Json;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Deployments;

/// <summary>What to list.</summary>
/// <param name="Application">Only this application's.</param>
/// <param name="Environment">Only this environment's.</param>
/// <param name="Phase">Only in these phases, separated by commas.</param>
/// <param name="Before">Only older than this id, for paging.</param>
/// <param name="Limit">At most this many, 50 by default, 200 at most.</param>
public sealed record DeploymentQuery(string? Application = null, string? Environment = null, string? Phase = null, string? Before = null, int? Limit = null);

/// <summary>Deployments, newest first, as far as the caller may read.</summary>
public sealed class ListDeployments(IStore store, Access access, DeploymentViews views)
{
    private const int Usual = 50;
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet(
            "/deployments", async ([AsParameters] DeploymentQuery query, HttpContext http, ListDeployments use, CancellationToken cancellationToken) =>
                (await use.HandleAsync(http.Caller(), query, cancellationToken)).ToHttp())
        .WithName("listDeployments").WithSummary("Deployments, newest first; failed ones included.").WithTags("deployments")
        .Produces<DeploymentList>().Needs(Permission.Read);

    public async Task<Answer<DeploymentList>> HandleAsync(Caller caller, DeploymentQuery query, CancellationToken cancellationToken)
    {
        var rights = await access.OfAsync(caller, cancellationToken);
        if (query.Application is { } application && rights.Refuse(Permission.Read, application) is { } refusal) return refusal;
        if (!TryPhases(query.Phase, out var phases)) return Refusal.Invalid("bad_phase", $"`phase` is one or several of {string.Join(", ", Names)}, separated by commas.");
        if (query.Limit is < 1 or > Most) return Refusal.Invalid("bad_limit", $"`limit` is a number from 1 to {Most}.");
        var filter = new DeploymentFilter(
            query.Application, query.Environment, phases, query.Before is { } before ? new DeploymentId(before) : null, query.Limit ?? Usual);
        return new DeploymentList([.. (await ReadableAsync(filter, rights, cancellationToken)).Select(views.Summary)]);
    }

    /// <summary>Reads on over what the caller may not see, so that a page is full while there is more.</summary>
    private async Task<IReadOnlyList<Deployment>> ReadableAsync(DeploymentFilter filter, Rights rights, CancellationToken cancellationToken)
    {
        var readable = new List<Deployment>();
        while (readable.Count < filter.Limit)
        {
            var page = await store.Deployments.ListAsync(filter, cancellationToken);
            readable.AddRange(page.Where(d => rights.May(Permission.Read, d.Key.Application)));
            if (page.Count < filter.Limit) break;
            filter = filter with { Before = page[^1].Id };
        }

        return readable.Count > filter.Limit ? readable[..filter.Limit] : readable;
    }

    private static IEnumerable<string> Names => Enum.GetNames<Phase>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private static bool TryPhases(string? text, out IReadOnlyList<Phase>? phases)
    {
        phases = null;
        if (string.IsNullOrEmpty(text)) return true;
        var known = Enum.GetValues<Phase>().ToDictionary(phase => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString()), StringComparer.Ordinal);
        var wanted = text.Split(',');
        if (!wanted.All(known.ContainsKey)) return false;
        phases = [.. wanted.Select(name => known[name])];
        return true;
    }
}
