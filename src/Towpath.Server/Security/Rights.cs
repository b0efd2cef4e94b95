using Towpath.Core.Applications;
using Towpath.Engine.Work;
using Towpath.Server.Web;

namespace Towpath.Server.Security;

/// <summary>What one caller may do, by the organization as it is now.</summary>
public sealed class Rights(Caller caller, Organization organization)
{
    public Caller Caller => caller;

    public IReadOnlyList<string> Roles => organization.RolesOf(caller.User);

    /// <param name="permission">What for.</param>
    /// <param name="application">About which application; null for what concerns all of them.</param>
    public bool May(Permission permission, string? application) =>
        InScope(permission) && InApplications(application)
        && (caller.Administrator || IsReport(permission) || organization.RolesOf(caller.User, application).Any(role => PermissionWords.Gives(role, permission)));

    /// <summary>Whether there can be an application for which it is allowed.</summary>
    public bool MayAnywhere(Permission permission) =>
        InScope(permission) && (caller.Administrator || IsReport(permission) || Roles.Any(role => PermissionWords.Gives(role, permission) && Reaches(organization.Find(role)!)));

    /// <summary>Why not; null when it is allowed.</summary>
    public Refusal? Refuse(Permission permission, string? application) =>
        May(permission, application) ? null : Refusal(permission, application is null ? "" : $" for '{PlainLines.Of(application)}'", InApplications(application));

    public Refusal? RefuseAnywhere(Permission permission) => MayAnywhere(permission) ? null : Refusal(permission, "", true);

    private Refusal Refusal(Permission permission, string about, bool inApplications)
    {
        if (!InScope(permission)) return Web.Refusal.NotAllowed("scope_missing", $"This token has not the scope '{permission.Scope()}'. Use a token that has it.");
        if (!inApplications) return Web.Refusal.NotAllowed("token_application", $"This token is limited to {Listed(caller.Applications)}. Use another token{about}.");
        return Web.Refusal.NotAllowed(
            "role_missing", $"{caller.User} needs {permission.Needed()}{about}, and has {Listed(Roles)}. Roles are given in organization.yaml.");
    }

    /// <summary>Of which application, the one door that takes such callers finds out by GitHub's ids.</summary>
    private bool IsReport(Permission permission) => caller.Workflow is not null && permission is Permission.ReportBuild;

    private bool InScope(Permission permission) => caller.Scopes.Contains(permission.Scope(), StringComparer.Ordinal);

    private bool InApplications(string? application) =>
        caller.Applications.Count == 0 || (application is not null && caller.Applications.Contains(application, StringComparer.Ordinal));

    private bool Reaches(RoleSpec role) =>
        caller.Applications.Count == 0 || role.Applications.Count == 0 || caller.Applications.Any(a => role.Applications.Contains(a, StringComparer.Ordinal));

    private static string Listed(IReadOnlyList<string> words) => words.Count == 0 ? "none" : string.Join(", ", words);
}

/// <summary>Asks the organization that is in force what a caller may do.</summary>
public sealed class Access(Configurations configurations)
{
    public async Task<Rights> OfAsync(Caller caller, CancellationToken cancellationToken) =>
        new(caller, (await configurations.CurrentAsync(cancellationToken)).Organization);

    /// <summary>Why the caller may not; null when they may.</summary>
    public async Task<Refusal?> RefuseAsync(Caller caller, Permission permission, string? application, CancellationToken cancellationToken) =>
        (await OfAsync(caller, cancellationToken)).Refuse(permission, application);
}
