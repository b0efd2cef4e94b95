using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Accounts;

/// <summary>People, organizations, teams and memberships.</summary>
internal static class AccountCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /user", Need.Person, call => Answer.Ok(TeamView.UserFull(Me(call))));
        routes.On("GET /user/emails", Need.Person, Emails);
        routes.On("GET /user/orgs", Need.Person, call => call.Page(OrganizationsOf(call), o => o.SimpleOrganization()));
        routes.On("GET /user/teams", Need.Person, call =>
            call.Page([.. OrganizationsOf(call).SelectMany(o => o.Teams).Where(t => t.Members.ContainsKey(Me(call).Login))], t => TeamView.Full(call.World, t)));
        routes.On("GET /user/installations", Need.Person, UserInstallations);
        routes.On("GET /users/{username}", Need.SignedIn, call =>
            Answer.Ok(TeamView.UserFull(call.World.Accounts.Find(call["username"]) as User ?? throw GitHubFault.NotFound())));
        routes.On("GET /orgs/{org}", Need.SignedIn, call => Answer.Ok(TeamView.OrganizationFull(call.World, call.World.Accounts.FindOrganization(call["org"]))));
        routes.On("GET /orgs/{org}/teams", Need.ToRead("members"), call => call.Page(Seen(call).Teams, t => TeamView.Of(call.World, t)));
        routes.On("GET /orgs/{org}/teams/{team_slug}", Need.ToRead("members"), call => Answer.Ok(TeamView.Full(call.World, TeamOf(call))));
        routes.On("GET /orgs/{org}/teams/{team_slug}/members", Need.ToRead("members"), call =>
            call.Page([.. TeamOf(call).Members.Keys], m => call.World.Accounts.User(m).Simple()));
        routes.On("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", Need.ToRead("members"), TeamMembership);
        routes.On("GET /orgs/{org}/members/{username}", Need.ToRead("members"), call => Seen(call).Members.ContainsKey(call["username"]) ? Answer.NoContent : throw GitHubFault.NotFound());
        routes.On("GET /orgs/{org}/memberships/{username}", Need.ToRead("members"), OrganizationMembership);
    }

    private static User Me(Call call) => ((Caller.Person)call.Caller).User;

    private static Answer Emails(Call call) => Answer.Ok(Json.Array(Me(call).Email is not { } mail ? [] :
    [
        new JsonObject { ["email"] = mail, ["primary"] = true, ["verified"] = true, ["visibility"] = "private" },
    ]));

    private static List<Organization> OrganizationsOf(Call call) =>
        [.. call.World.Accounts.All.OfType<Organization>().Where(o => o.Members.ContainsKey(Me(call).Login))];

    private static Answer UserInstallations(Call call)
    {
        var mine = OrganizationsOf(call).Select(o => (Account)o).Append(Me(call)).ToHashSet();
        var app = ((Caller.Person)call.Caller).Via;
        return call.Page<Installation>("installations", [.. call.World.Apps.All.Where(a => app is null || a == app).SelectMany(a => a.Installations).Where(i => mine.Contains(i.Account))], i => i.View());
    }

    /// <summary>An organization of which the caller is a part: its own installation's, or one that the person belongs to.</summary>
    private static Organization Seen(Call call)
    {
        var organization = call.World.Accounts.FindOrganization(call["org"]);
        var sees = call.Caller switch
        {
            Caller.OfInstallation { Installation.Account: var account } => account == organization,
            Caller.Person { User: var user } => organization.Members.ContainsKey(user.Login),
            _ => false,
        };
        return sees ? organization : throw GitHubFault.NotFound();
    }

    private static Team TeamOf(Call call) => Seen(call).Teams.Find(t => t.Slug == call["team_slug"]) ?? throw GitHubFault.NotFound();

    private static Answer TeamMembership(Call call)
    {
        var team = TeamOf(call);
        if (!team.Members.TryGetValue(call["username"], out var role)) throw GitHubFault.NotFound();
        var url = call.World.Urls.Api($"organizations/{team.Organization.Id}/team/{team.Id}/memberships/{call["username"]}");
        return Answer.Ok(new JsonObject { ["url"] = url, ["role"] = role, ["state"] = "active" });
    }

    private static Answer OrganizationMembership(Call call)
    {
        var organization = Seen(call);
        if (!organization.Members.TryGetValue(call["username"], out var role)) throw GitHubFault.NotFound();
        return Answer.Ok(new JsonObject
        {
            ["url"] = call.World.Urls.Api($"orgs/{organization.Login}/memberships/{call["username"]}"), ["state"] = "active", ["role"] = role, ["direct_membership"] = true,
            ["organization_url"] = call.World.Urls.Api($"orgs/{organization.Login}"), ["organization"] = organization.SimpleOrganization(),
            ["user"] = call.World.Accounts.User(call["username"]).Simple(),
        });
    }
}
