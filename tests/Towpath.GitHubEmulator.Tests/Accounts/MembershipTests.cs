using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Accounts;

/// <summary>People who come into teams and leave them, and what the app is told of it.</summary>
public sealed class MembershipTests : GitHubScene
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        App.Events.AddRange(["membership", "organization", "team"]);
    }

    [Fact]
    public async Task Who_comes_into_a_team_and_leaves_it_is_told_with_the_team()
    {
        var team = World.Accounts.Organization("acme").Team("Staff people");
        team.Add("sam");
        Assert.Equal("active", (string?)(await MembershipAsync("staff-people", "sam")).Json["state"]);
        Assert.Equal("sam", (string?)(await AsInstallation().GetAsync("/orgs/acme/teams/staff-people/members")).Json[0]!["login"]);
        team.Remove("sam");
        team.Remove("sam");
        Assert.Equal(404, (await MembershipAsync("staff-people", "sam")).Status);
        // Still of the organization.
        Assert.Equal(204, (await AsInstallation().GetAsync("/orgs/acme/members/sam")).Status);

        Assert.Equal(["membership.added", "membership.removed"], await ToldNamesAsync());
        var told = (await ToldAsync())[0].Json;
        Assert.Equal(("team", "sam", team.Id, "staff-people", "acme", Installation.Id), (
            (string?)told["scope"], (string?)told["member"]!["login"], (long)told["team"]!["id"]!, (string?)told["team"]!["slug"], (string?)told["organization"]!["login"], (long)told["installation"]!["id"]!));
    }

    [Fact]
    public async Task Who_leaves_the_organization_leaves_all_of_its_teams_first()
    {
        var acme = World.Accounts.Organization("acme");
        acme.Team("Staff people", "sam");
        acme.Team("Clients", "sam");
        acme.Remove("sam");

        Assert.Equal(["membership.removed", "membership.removed", "organization.member_removed"], await ToldNamesAsync());
        Assert.Equal("sam", (string?)(await ToldAsync())[^1].Json["membership"]!["user"]!["login"]);
        Assert.Equal(404, (await MembershipAsync("clients", "sam")).Status);
        Assert.Equal(404, (await AsInstallation().GetAsync("/orgs/acme/members/sam")).Status);
        Assert.Equal(404, (await AsInstallation().GetAsync("/orgs/acme/memberships/sam")).Status);
    }

    [Fact]
    public async Task Apps_without_the_event_or_elsewhere_are_told_nothing()
    {
        World.Accounts.Organization("other").Team("Staff people").Add("sam");
        Assert.Empty(await ToldAsync());
        Assert.Equal(404, (await AsInstallation().GetAsync("/orgs/other/teams/staff-people/members")).Status);
        App.Events.Remove("membership");
        World.Accounts.Organization("acme").Team("Staff people").Add("sam");
        Assert.Empty(await ToldAsync());
    }

    private Task<Got> MembershipAsync(string team, string login) => AsInstallation().GetAsync($"/orgs/acme/teams/{team}/memberships/{login}");
}
