using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Web;
using RefusalKind = Towpath.Server.Web.RefusalKind;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>
/// Creates the GitHub App by its manifest: the browser carries the manifest to GitHub, somebody agrees there, and what comes back is exchanged once for the App's
/// secrets, which go encrypted into the store and nowhere else.
/// </summary>
public sealed partial class CreateApp(IStore store, Access access, AppSource source, StoredApps stored, AppStates states, AppManifestsApi manifests, GitHubHost host, Audits audits, TimeProvider time)
{
    /// <param name="caller">An administrator.</param>
    /// <param name="wish">What App it is to be.</param>
    /// <param name="address">Where the caller's browser reaches us.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Answer<AppRegistration>> StartAsync(Caller caller, AppWish wish, string address, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        if (RefuseSecond() is { } second) return second;
        if (wish.Refuse() is { } wrong) return wrong;
        return AppRegistration.Of(host, wish, address, await states.CreateAsync(caller, cancellationToken));
    }

    /// <summary>The browser comes back from GitHub.</summary>
    public async Task<Answer<StoredApp>> FinishAsync(Caller caller, string? code, string? state, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        // Used up before anything else happens: whatever comes of it, it does not count twice.
        if (!await states.TakeAsync(state, caller, cancellationToken)) return NotAsked;
        if (RefuseSecond() is { } second) return second;
        if (code is null || !Code().IsMatch(code)) return BadCode;
        try
        {
            return await manifests.ConvertAsync(code, cancellationToken) is { } created ? await SaveAsync(caller, created, cancellationToken) : BadCode;
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException)
        {
            return Refusal.ThirdParty("github_failed", $"{((IExplainedFault)exception).Explanation}. If the App is on GitHub already, delete it there, and create it here again.");
        }
    }

    private async Task<Answer<StoredApp>> SaveAsync(Caller caller, CreatedApp created, CancellationToken cancellationToken)
    {
        var app = StoredApp.Of(created, caller.User, time.GetUtcNow());
        var details = new JsonObject { ["app"] = app.AppId, ["slug"] = app.Slug, ["owner"] = app.Owner };
        var commit = new Commit { Changes = [stored.Save(app), audits.Of(caller.User, "github_app.created", details)] };
        var isSaved = await store.CommitAsync(commit, cancellationToken) is CommitOutcome.Committed;
        await stored.RefreshAsync(cancellationToken);
        return isSaved ? app : Refusal.Conflict("github_app_exists", $"Somebody else created an App at the same time, and that one counts. Delete {app.Name ?? app.Slug} on GitHub; nobody has its keys.");
    }

    private Refusal? RefuseSecond() => source.IsConfigured
        ? Refusal.Conflict("github_app_configured", "The operator's towpath.yaml names the GitHub App under `github`. Remove it there to create one here.")
        : stored.Current is not null || stored.IsUnreadable ? Refusal.Conflict("github_app_exists", "There is a GitHub App already. Remove it here first.") : null;

    private static Refusal NotAsked => new(
        RefusalKind.NotAllowed, "state_refused", "This did not start here: it belongs to another session, was used already, or is older than ten minutes. Start again; an App that is on GitHub by now can be deleted there.");

    private static Refusal BadCode => Refusal.Unprocessable("code_refused", "GitHub does not accept the code: it was used already, or is older than an hour. Delete the App on GitHub, and create it here again.");

    [GeneratedRegex("^[A-Za-z0-9_-]{1,255}\\z", RegexOptions.None, 1000)]
    private static partial Regex Code();
}
