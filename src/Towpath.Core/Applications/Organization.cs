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

    /// <summary>The teams that give roles, each once.</summary>
    public IReadOnlyList<string> Teams => [.. Roles.Values.SelectMany(role => role.Teams).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>With the members of teams among the users of each role.</summary>
    public Organization With(TeamRoster roster) => this with { Roles = Roles.ToDictionary(role => role.Key, role => role.Value.With(roster), StringComparer.Ordinal) };

    /// <summary>The roles that a user has for an application; with no application, those that are not narrowed to some.</summary>
    public IReadOnlyList<string> RolesOf(string user, string? application) =>
        [.. Roles.Where(role => role.Value.Includes(user, application)).Select(role => role.Key)];

    /// <summary>Who could act in a role for an application.</summary>
    public IReadOnlyList<string> MembersOf(string role, string application) =>
        Roles.TryGetValue(role, out var spec) && spec.AppliesTo(application)
            ? spec.Users
            : [];
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
