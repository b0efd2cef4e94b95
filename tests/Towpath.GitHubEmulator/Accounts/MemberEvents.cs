using System.Text.Json.Nodes;

namespace Towpath.GitHubEmulator.Accounts;

/// <summary>Webhooks about people who come and go, which apps with the permission to read members may subscribe to.</summary>
internal static class MemberEvents
{
    public static void Changed(EmulatorWorld world, Team team, User member, string action) => Publish(world, team.Organization, "membership", new JsonObject
    {
        ["action"] = action, ["scope"] = "team", ["member"] = member.Simple(), ["team"] = TeamView.Of(world, team),
    });

    public static void Left(EmulatorWorld world, Organization organization, User member) => Publish(world, organization, "organization", new JsonObject
    {
        ["action"] = "member_removed",
        ["membership"] = new JsonObject
        {
            ["url"] = world.Urls.Api($"orgs/{organization.Login}/memberships/{member.Login}"), ["state"] = "active", ["role"] = "member",
            ["organization_url"] = world.Urls.Api($"orgs/{organization.Login}"), ["user"] = member.Simple(),
        },
    });

    private static void Publish(EmulatorWorld world, Organization organization, string name, JsonObject payload)
    {
        payload["organization"] = organization.SimpleOrganization();
        payload["sender"] = organization.Simple();
        foreach (var installation in world.Apps.All.SelectMany(a => a.Installations).Where(i => i.Account == organization && i.SuspendedAt is null).ToList())
        {
            var own = (JsonObject)payload.DeepClone();
            own["installation"] = new JsonObject { ["id"] = installation.Id, ["node_id"] = Account.Node("I", installation.Id) };
            world.Outbox.Queue(installation.App, installation, null, name, own);
        }
    }
}
