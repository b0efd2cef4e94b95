using Towpath.Core.Applications;
using Xunit;

namespace Towpath.Core.Tests.Applications;

/// <summary>Roles that teams give, when it is known who is in them.</summary>
public sealed class TeamTests
{
    private static readonly Organization Acme = new(new Dictionary<string, RoleSpec>(StringComparer.Ordinal)
    {
        ["staff"] = new(["kim"], []) { Teams = ["acme/platform", "acme/web"] },
        ["client"] = new([], ["web"]) { Teams = ["Acme/Platform"] },
    });

    [Fact]
    public void Nobody_is_in_a_team_of_which_nothing_is_known()
    {
        Assert.Empty(Acme.RolesOf("lee", "web"));
        Assert.Empty(Acme.With(TeamRoster.Empty).RolesOf("lee", "web"));
        Assert.Equal(["staff"], Acme.With(TeamRoster.Empty).RolesOf("kim", "web"));
    }

    [Fact]
    public void Members_have_the_roles_of_their_teams_as_far_as_those_reach()
    {
        var known = Acme.With(TeamRoster.Of([KeyValuePair.Create<string, IReadOnlyList<string>>("ACME/platform", ["Lee", "KIM"])]));
        Assert.Equal(["staff", "client"], known.RolesOf("lee", "web"));
        Assert.Equal(["staff"], known.RolesOf("lee", "other"));
        // One person, however many ways lead to the role.
        Assert.Equal(["kim", "Lee"], known.MembersOf("staff", "web"));
        Assert.Equal(["acme/platform", "acme/web"], known.Teams);
    }

    [Theory]
    [InlineData("platform")]
    [InlineData("acme/")]
    [InlineData("/platform")]
    [InlineData("acme/..")]
    [InlineData("acme/a/b")]
    [InlineData("acme/*")]
    [InlineData("acme/pl%2Fx")]
    [InlineData("acme/a b")]
    public void What_is_no_team_is_refused(string team) => Assert.Contains(
        Specs.Load(Specs.Web, $"roles:\n  staff: {{ teams: [\"{team}\"] }}\n").Errors,
        error => error.Message.Contains("organization/team", StringComparison.Ordinal));
}
