namespace Towpath.Core.Applications;

/// <summary>Who is who, as <c>organization.yaml</c> says.</summary>
public sealed record Organization(IReadOnlyDictionary<string, RoleSpec> Roles)
{
    public static Organization Empty { get; } = new(new Dictionary<string, RoleSpec>(StringComparer.Ordinal));

    /// <summary>Roles that exist without being defined; <c>organization.yaml</c> may give them members.</summary>
    public static IReadOnlyList<string> BuiltInRoles { get; } = ["viewer", "developer", "administrator"];

    /// <summary>The roles that a user has for an application; with no application, those that are not narrowed to some.</summary>
    public IReadOnlyList<string> RolesOf(string user, string? application) =>
        [.. Roles.Where(role => role.Value.Includes(user, application)).Select(role => role.Key)];

    /// <summary>Who could act in a role for an application.</summary>
    public IReadOnlyList<string> MembersOf(string role, string application) =>
        Roles.TryGetValue(role, out var spec) && spec.AppliesTo(application)
            ? spec.Users
            : [];
}

/// <summary>Members of one role. An empty <see cref="Applications"/> means all of them.</summary>
public sealed record RoleSpec(IReadOnlyList<string> Users, IReadOnlyList<string> Applications)
{
    public bool AppliesTo(string? application) =>
        Applications.Count == 0 || (application is not null && Applications.Contains(application, StringComparer.Ordinal));

    public bool Includes(string user, string? application) =>
        AppliesTo(application) && Has(user);

    /// <summary>As logins of GitHub and mail addresses do, names differ by more than upper and lower case.</summary>
    public bool Has(string user) => Users.Contains(user, StringComparer.OrdinalIgnoreCase);
}
