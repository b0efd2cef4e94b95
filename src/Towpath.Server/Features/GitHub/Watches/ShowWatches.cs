using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Features.Board;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>What environments are to get since something was pushed, as far as the caller may read.</summary>
public sealed class ShowWatches(IStore store, Configurations configurations)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/watches", async (HttpContext http, ShowWatches use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), cancellationToken)).ToHttp())
        .WithName("listWatches").WithSummary("What environments are to get since something was pushed, and what that waits for.").WithTags("github")
        .Produces<WatchList>().Needs(Permission.Read);

    public async Task<Answer<WatchList>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        var configuration = await configurations.CurrentAsync(cancellationToken);
        string[] readable = [.. ShowBoard.Readable(configuration, new Rights(caller, configuration.Organization)).Select(application => application.Name)];
        if (readable.Length == 0) return new WatchList([]);
        var watches = await store.Watches.OfAsync(readable, cancellationToken);
        var open = (await store.Deployments.OpenOfAsync(readable, cancellationToken)).ToDictionary(deployment => deployment.Id);
        return new WatchList([.. watches.Where(watch => configuration.FindEnvironment(watch.Key) is not null).Select(watch => View(watch, watch.Deployment is { } id ? open.GetValueOrDefault(id) : null))]);
    }

    internal static WatchView View(StoredWatch watch, Deployment? open) => new()
    {
        Application = watch.Key.Application, Environment = watch.Key.Environment, Ref = watch.Ref, Commit = watch.Sha, Since = watch.Since,
        State = watch.State switch { WatchState.Waiting => "waiting", WatchState.Requested => "requested" },
        WaitsFor = WaitsFor(watch) ?? (open is { Phase: Phase.Waiting, Gates: { } gates } ? GateWords.WaitsFor(gates) : null),
        Deployment = watch.Deployment, Phase = open?.Phase,
    };

    internal static string? WaitsFor(StoredWatch watch) => watch is { State: WatchState.Waiting, Reason: { } reason } ? GateWords.WaitsFor(reason) : null;
}
