using System.Text.Json.Nodes;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>Forgets the App that the dashboard created, with its keys. On GitHub it stays until its owner deletes it there.</summary>
public sealed class RemoveApp(IStore store, Access access, AppSource source, StoredApps stored, Audits audits)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapDelete("/github/app", async (HttpContext http, RemoveApp use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), cancellationToken)).ToHttp())
        .WithName("removeGitHubApp").WithSummary("Forget the GitHub App that the dashboard created, with its keys.").WithTags("github")
        .Produces<GitHubAppView>().Needs(Permission.Administer);

    /// <returns>What there is then: nothing.</returns>
    public async Task<Answer<GitHubAppView>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        if (source.IsConfigured) return Refusal.Conflict("github_app_configured", "The GitHub App is in the operator's towpath.yaml. Remove `github` there and start the server again.");
        await stored.RefreshAsync(cancellationToken);
        if (stored.Current is null && !stored.IsUnreadable) return Refusal.NotFound("no_github_app", "There is no GitHub App.");
        var details = new JsonObject { ["app"] = stored.Current?.AppId, ["slug"] = stored.Current?.Slug };
        await store.CommitAsync(new Commit { Changes = [StoredApps.Remove(), audits.Of(caller.User, "github_app.removed", details)] }, cancellationToken);
        // A conflict means that somebody else removed it just now.
        await stored.RefreshAsync(cancellationToken);
        return new GitHubAppView();
    }
}
