using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Accounts;

/// <summary>How teams and full accounts look.</summary>
internal static class TeamView
{
    public static JsonObject Of(EmulatorWorld world, Team team)
    {
        var api = world.Urls.Api($"organizations/{team.Organization.Id}/team/{team.Id}");
        return new JsonObject
        {
            ["id"] = team.Id, ["node_id"] = Account.Node("T", team.Id), ["url"] = api, ["members_url"] = $"{api}/members{{/member}}", ["name"] = team.Name, ["description"] = null,
            ["permission"] = "pull", ["privacy"] = "closed", ["notification_setting"] = "notifications_enabled",
            ["html_url"] = world.Urls.Web($"orgs/{team.Organization.Login}/teams/{team.Slug}"), ["repositories_url"] = $"{api}/repos", ["slug"] = team.Slug, ["parent"] = null,
            ["type"] = "organization", ["organization_id"] = team.Organization.Id,
        };
    }

    /// <summary>With the organization, and how many people and repositories.</summary>
    public static JsonObject Full(EmulatorWorld world, Team team) => Of(world, team).With(
        ("members_count", team.Members.Count), ("repos_count", team.Repositories.Count), ("created_at", "2020-01-01T00:00:00Z"), ("updated_at", "2020-01-01T00:00:00Z"),
        ("organization", OrganizationFull(world, team.Organization)));

    public static JsonObject OrganizationFull(EmulatorWorld world, Organization organization) => organization.SimpleOrganization().With(
        ("name", organization.Login), ("has_organization_projects", true), ("has_repository_projects", true), ("public_repos", 0), ("public_gists", 0), ("followers", 0),
        ("following", 0), ("html_url", world.Urls.Web(organization.Login)), ("created_at", "2020-01-01T00:00:00Z"), ("updated_at", "2020-01-01T00:00:00Z"), ("archived_at", null),
        ("type", "Organization"));

    public static JsonObject UserFull(User user) => user.Simple().With(
        ("name", user.Name), ("company", null), ("blog", ""), ("location", null), ("email", user.Email), ("hireable", null), ("bio", null), ("public_repos", 0),
        ("public_gists", 0), ("followers", 0), ("following", 0), ("created_at", Json.Time(user.CreatedAt)), ("updated_at", Json.Time(user.CreatedAt)));
}
