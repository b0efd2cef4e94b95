using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Apps;

/// <summary>What an app asks about itself, and the tokens of its installations.</summary>
internal static class AppCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /app", Need.AppToken, call => Answer.Ok(AppOf(call).View()));
        routes.On("GET /apps/{slug}", Need.SignedIn, call => Answer.Ok((call.World.Apps.BySlug(call["slug"]) ?? throw GitHubFault.NotFound()).View()));
        routes.On("GET /app/installations", Need.AppToken, call => call.Page(AppOf(call).Installations, i => i.View()));
        routes.On("GET /app/installations/{installation_id}", Need.AppToken, call => Answer.Ok(InstallationOf(call).View()));
        routes.On("DELETE /app/installations/{installation_id}", Need.AppToken, Uninstall);
        routes.On("PUT /app/installations/{installation_id}/suspended", Need.AppToken, call => Suspend(call, call.World.Now));
        routes.On("DELETE /app/installations/{installation_id}/suspended", Need.AppToken, call => Suspend(call, null));
        routes.On("POST /app/installations/{installation_id}/access_tokens", Need.AppToken, IssueToken);
        routes.On("GET /repos/{owner}/{repo}/installation", Need.AppToken, call => OfAccount(call, i => i.Covers(call.Repository)));
        routes.On("GET /orgs/{org}/installation", Need.AppToken, call => OfAccount(call, i => Is(i, call["org"])));
        routes.On("GET /users/{username}/installation", Need.AppToken, call => OfAccount(call, i => Is(i, call["username"])));
        routes.On("GET /installation/repositories", Need.SignedIn, Repositories);
        routes.On("DELETE /installation/token", Need.SignedIn, RevokeToken);
    }

    internal static App AppOf(Call call) => ((Caller.Application)call.Caller).App;

    private static bool Is(Installation installation, string login) => installation.Account.Login.Equals(login, StringComparison.OrdinalIgnoreCase);

    private static Installation InstallationOf(Call call)
    {
        var id = call.Number64("installation_id");
        return AppOf(call).Installations.FirstOrDefault(i => i.Id == id) ?? throw GitHubFault.NotFound();
    }

    private static Answer OfAccount(Call call, Func<Installation, bool> isIt) =>
        Answer.Ok((AppOf(call).Installations.FirstOrDefault(isIt) ?? throw GitHubFault.NotFound()).View());

    private static Answer Uninstall(Call call)
    {
        var installation = InstallationOf(call);
        InstallationEvents.Deleted(call.World, installation);
        installation.App.Installations.Remove(installation);
        return Answer.NoContent;
    }

    private static Answer Suspend(Call call, DateTimeOffset? at)
    {
        var installation = InstallationOf(call);
        installation.SuspendedAt = at;
        InstallationEvents.Suspended(call.World, installation);
        return Answer.NoContent;
    }

    private static Answer IssueToken(Call call)
    {
        var installation = InstallationOf(call);
        if (installation.SuspendedAt is not null) throw new GitHubFault(StatusCodes.Status403Forbidden, "This installation has been suspended");
        var repositories = Narrowed(call, installation);
        var token = call.World.Apps.Issue(installation, Asked(call, installation), repositories?.Select(r => r.Id).ToHashSet());
        var answer = new JsonObject
        {
            ["token"] = token.Value, ["expires_at"] = Json.Time(token.ExpiresAt), ["permissions"] = App.PermissionsView(token.Permissions),
            ["repository_selection"] = repositories is null && installation.AllRepositories ? "all" : "selected",
        };
        if (repositories is not null) answer["repositories"] = Json.Array(repositories.Select(r => RepositoryView.Of(r)));
        return Answer.Created(answer);
    }

    private static List<Repository>? Narrowed(Call call, Installation installation)
    {
        var all = installation.Repositories;
        var asked = new List<Repository?>();
        foreach (var name in call.Input.Texts("repositories") ?? []) asked.Add(all.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
        foreach (var id in (call.Input["repository_ids"] as JsonArray ?? []).Select(i => (long)i!)) asked.Add(all.FirstOrDefault(r => r.Id == id));
        if (asked.Contains(null))
            throw GitHubFault.Refused("There is at least one repository that does not exist or is not accessible to the parent installation.");
        return asked.Count == 0 ? null : asked.ConvertAll(r => r!);
    }

    private static Dictionary<string, string>? Asked(Call call, Installation installation)
    {
        if (call.Input.Member("permissions") is not { } permissions) return null;
        var asked = permissions.ToDictionary(p => p.Key, p => (string)p.Value!, StringComparer.Ordinal);
        foreach (var (name, level) in asked)
            if (!installation.Allows(new Need(NeedKind.Permission, name, level != "read")))
                throw GitHubFault.Refused("The permissions requested are not granted to this installation.");
        asked.TryAdd("metadata", "read");
        return asked;
    }

    private static Answer Repositories(Call call)
    {
        if (call.Caller is not Caller.OfInstallation { Token: var token }) throw GitHubFault.NotForIntegrations();
        return call.Page("repositories", [.. token.Installation.Repositories.Where(token.Covers)], r => RepositoryView.Of(r));
    }

    private static Answer RevokeToken(Call call)
    {
        if (call.Caller is not Caller.OfInstallation { Token: var token }) throw GitHubFault.NotForIntegrations();
        call.World.Apps.Revoke(token);
        return Answer.NoContent;
    }
}
