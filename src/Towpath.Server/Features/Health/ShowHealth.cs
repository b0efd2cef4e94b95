using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Health;

/// <summary>Whether the process lives, and whether it can do its work.</summary>
public sealed class ShowHealth(IStore store, WorkNode node)
{
    /// <summary>The loop comes round at least at every poll; this long without means that it hangs.</summary>
    private static readonly TimeSpan Hangs = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n")).WithName("health").WithSummary("The process lives.").WithTags("health").AllowAnonymous();
        routes.MapGet("/readyz", async (ShowHealth use, CancellationToken cancellationToken) => await use.ReadyAsync(cancellationToken))
            .WithName("ready").WithSummary("The database answers and the work loop is alive.").WithTags("health").AllowAnonymous();
    }

    public async Task<IResult> ReadyAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (await CheckStoreAsync(cancellationToken) is { } wrong) problems.Add("database: " + PlainLines.Of(wrong));
        if (node.SinceLastLoop > Hangs) problems.Add($"work loop: has not come round for {node.SinceLastLoop.TotalSeconds:0} s");
        return problems.Count == 0
            ? Results.Text("ready\n")
            : Results.Text(string.Concat(problems.Select(problem => problem + "\n")), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<string?> CheckStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.CheckAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return "does not answer";
        }
    }
}
