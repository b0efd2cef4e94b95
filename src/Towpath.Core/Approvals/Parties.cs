namespace Towpath.Core.Approvals;

/// <summary>
/// Who is asked by a rule of <c>approvals</c>: a role by its bare name, a team as <c>team:organization/team</c>, a person as <c>user:name</c>. No role
/// has a colon in its name, so the three never meet.
/// </summary>
public static class Parties
{
    private const string Team = "team:";
    private const string User = "user:";

    public static string OfTeam(string team) => Team + team.ToLowerInvariant();

    public static string OfUser(string user) => User + user.ToLowerInvariant();

    /// <summary>The team that is asked; null where none is.</summary>
    public static string? TeamOf(string party) => party.StartsWith(Team, StringComparison.Ordinal) ? party[Team.Length..] : null;

    /// <summary>The person who is asked; null where none is by name.</summary>
    public static string? UserOf(string party) => party.StartsWith(User, StringComparison.Ordinal) ? party[User.Length..] : null;

    /// <summary>Whether it is a role of <c>organization.yaml</c>, or a built-in one.</summary>
    public static bool IsRole(string party) => TeamOf(party) is null && UserOf(party) is null;

    /// <summary>As somebody typed it: names of teams and people differ by more than upper and lower case.</summary>
    public static string Canonical(string typed) => IsRole(typed) ? typed : typed.ToLowerInvariant();

    /// <summary><c>staff</c>, <c>team acme/ops</c>, <c>kim</c>.</summary>
    public static string Words(string party) => TeamOf(party) is { } team ? $"team {team}" : UserOf(party) ?? party;

    /// <summary><c>role staff</c>, <c>team acme/ops</c>, <c>kim</c>.</summary>
    public static string InFull(string party) => IsRole(party) ? $"role {party}" : Words(party);
}
