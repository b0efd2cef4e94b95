namespace Towpath.Server.Security;

/// <summary>What a route needs. Roles give permissions, for all applications or some; a token's scopes narrow them.</summary>
public enum Permission
{
    Read,
    ReportBuild,

    /// <summary>Promote, cancel, roll back, lock, unlock, retry, resume.</summary>
    Deploy,

    /// <summary>Approve and reject, in a role of one's own.</summary>
    Approve,
    Administer,
}

/// <summary>The words of roles and scopes that permissions follow from.</summary>
public static class PermissionWords
{
    public const string Viewer = "viewer";
    public const string Developer = "developer";
    public const string Administrator = "administrator";

    public static IReadOnlyList<string> AllScopes { get; } = ["read", "builds", "deploy", "approve", "admin"];

    public static string Scope(this Permission permission) => permission switch
    {
        Permission.Read => "read",
        Permission.ReportBuild => "builds",
        Permission.Deploy => "deploy",
        Permission.Approve => "approve",
        Permission.Administer => "admin",
    };

    /// <summary>Any role of the organization's own naming is an approver's.</summary>
    public static bool Gives(string role, Permission permission) => role switch
    {
        Viewer => permission is Permission.Read,
        Developer => permission is Permission.Read or Permission.ReportBuild or Permission.Deploy,
        Administrator => true,
        _ => permission is Permission.Read or Permission.Approve,
    };

    public static string Needed(this Permission permission) => permission switch
    {
        Permission.Read => "any role",
        Permission.ReportBuild or Permission.Deploy => "the role developer or administrator",
        Permission.Approve => "an approver role, or administrator",
        Permission.Administer => "the role administrator",
    };
}
