using System.Collections.Frozen;
using Towpath.Core.Approvals;
using Towpath.Core.Calendars;

namespace Towpath.Core.Applications;

/// <summary>Who is who, as <c>organization.yaml</c> says.</summary>
public sealed record Organization(IReadOnlyDictionary<string, RoleSpec> Roles)
{
    public static Organization Empty { get; } = new(new Dictionary<string, RoleSpec>(StringComparer.Ordinal));

    /// <summary>Roles that exist without being defined; <c>organization.yaml</c> may give them members.</summary>
    public static IReadOnlyList<string> BuiltInRoles { get; } = ["viewer", "developer", "administrator"];

    /// <summary>When nothing may be deployed in many places at once.</summary>
    public IReadOnlyList<OrganizationFreeze> Freezes { get; init; } = [];

    /// <summary>The teams and people whom app specs ask for approval themselves, as roles of those applications (<see cref="Parties"/>).</summary>
    public IReadOnlyDictionary<string, RoleSpec> Named { get; init; } = FrozenDictionary<string, RoleSpec>.Empty;

    /// <summary>The teams that anything depends on, each once.</summary>
    public IReadOnlyList<string> Teams => [.. Everyone.SelectMany(role => role.Value.Teams).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    public bool HasTeams => Everyone.Any(role => role.Value.Teams.Count > 0);

    private IEnumerable<KeyValuePair<string, RoleSpec>> Everyone => Roles.Concat(Named);

    /// <summary>With the members of teams among the users of each role.</summary>
    public Organization With(TeamRoster roster) => this with { Roles = With(Roles, roster), Named = With(Named, roster) };

    /// <summary>With those whom these applications name in their approvals.</summary>
    public Organization Naming(IEnumerable<ApplicationSpec> applications) => this with
    {
        Named = applications
            .SelectMany(application => application.Environments.SelectMany(e => e.Approvals).SelectMany(need => need.Rules).Select(rule => (Party: rule.Role, Application: application.Name)))
            .Where(named => !Parties.IsRole(named.Party)).Distinct().GroupBy(named => named.Party, named => named.Application, StringComparer.Ordinal)
            .ToFrozenDictionary(named => named.Key, named => RoleOf(named.Key, [.. named]), StringComparer.Ordinal),
    };

    /// <summary>The roles that a user has for an application; with no application, those that are not narrowed to some.</summary>
    public IReadOnlyList<string> RolesOf(string user, string? application) =>
        [.. Everyone.Where(role => role.Value.Includes(user, application)).Select(role => role.Key)];

    /// <summary>The roles that a user has for anything.</summary>
    public IReadOnlyList<string> RolesOf(string user) => [.. Everyone.Where(role => role.Value.Has(user)).Select(role => role.Key)];

    /// <summary>Who could act in a role for an application.</summary>
    public IReadOnlyList<string> MembersOf(string role, string application) =>
        Find(role) is { } spec && spec.AppliesTo(application)
            ? spec.Users
            : [];

    /// <summary>A role, or a team or person that some app spec names.</summary>
    public RoleSpec? Find(string role) => Roles.GetValueOrDefault(role) ?? Named.GetValueOrDefault(role);

    private static Dictionary<string, RoleSpec> With(IReadOnlyDictionary<string, RoleSpec> roles, TeamRoster roster) =>
        roles.ToDictionary(role => role.Key, role => role.Value.With(roster), StringComparer.Ordinal);

    private static RoleSpec RoleOf(string party, IReadOnlyList<string> applications) => Parties.TeamOf(party) is { } team
        ? new RoleSpec([], applications) { Teams = [team] }
        : new RoleSpec([Parties.UserOf(party)!], applications);
}

/// <summary>A freeze of the organization. Empty lists mean all of them.</summary>
public sealed record OrganizationFreeze(CalendarRule Rule, IReadOnlyList<string> Applications, IReadOnlyList<string> Environments)
{
    public bool AppliesTo(EnvironmentKey key) =>
        (Applications.Count == 0 || Applications.Contains(key.Application, StringComparer.Ordinal))
        && (Environments.Count == 0 || Environments.Contains(key.Environment, StringComparer.Ordinal));
}

/// <summary>Members of one role. An empty <see cref="Applications"/> means all of them.</summary>
public sealed record RoleSpec(IReadOnlyList<string> Users, IReadOnlyList<string> Applications)
{
    /// <summary>GitHub teams whose members have the role, as <c>organization/team</c>.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    public RoleSpec With(TeamRoster roster) =>
        Teams.Count == 0 ? this : this with { Users = [.. Users.Concat(Teams.SelectMany(roster.Of)).Distinct(StringComparer.OrdinalIgnoreCase)] };

    public bool AppliesTo(string? application) =>
        Applications.Count == 0 || (application is not null && Applications.Contains(application, StringComparer.Ordinal));

    public bool Includes(string user, string? application) =>
        AppliesTo(application) && Has(user);

    /// <summary>As logins of GitHub and mail addresses do, names differ by more than upper and lower case.</summary>
    public bool Has(string user) => Users.Contains(user, StringComparer.OrdinalIgnoreCase);
}
