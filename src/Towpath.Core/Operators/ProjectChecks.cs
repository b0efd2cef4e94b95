using Towpath.Core.Applications;

namespace Towpath.Core.Operators;

/// <summary>
/// Whether an application may use something outside of this machine: only what its project lists. Each answer is null, or a sentence that
/// says what the operator would have to add. To be asked before anything is called.
/// </summary>
public static class ProjectChecks
{
    /// <summary>What a project lists under <c>roles</c> to let its applications act with the control plane's own credentials.</summary>
    public const string OwnCredentials = "own";

    /// <param name="limits">The limits <see cref="OperatorLimits.For"/> the application's repository.</param>
    /// <param name="arn">The role's ARN; null for the control plane's own credentials, which may do more than any one application should.</param>
    public static string? Role(OperatorLimits limits, string? arn) => arn is not null
        ? Check(limits, "AWS role", "roles", project => project.Roles, arn)
        : Check(limits, "control plane's own AWS identity (the target names no `role`)", "roles", project => project.Roles, OwnCredentials);

    public static string? Parameter(OperatorLimits limits, string name) => Check(limits, "SSM parameter", "parameters", project => project.Parameters, name);

    public static string? Bucket(OperatorLimits limits, string name) => Check(limits, "bucket", "buckets", project => project.Buckets, name);

    /// <param name="limits">The limits <see cref="OperatorLimits.For"/> the application's repository.</param>
    /// <param name="name">As an ARN has it: with the dash and six characters that AWS appends to the name.</param>
    public static string? Secret(OperatorLimits limits, string name) => Check(limits, "secret of AWS Secrets Manager", "secrets", project => project.Secrets, name);

    public static string? LogGroup(OperatorLimits limits, string name) => Check(limits, "log group", "log_groups", project => project.LogGroups, name);

    /// <param name="limits">The limits <see cref="OperatorLimits.For"/> the application's repository.</param>
    /// <param name="repository"><c>host/repository</c> in full, such as <c>docker.io/library/nginx</c>.</param>
    public static string? Registry(OperatorLimits limits, string repository) => Check(limits, "container repository", "registries", project => project.Registries, repository);

    private static string? Check(OperatorLimits limits, string kind, string key, Func<ProjectLimits, IReadOnlyList<string>> patterns, string name)
    {
        if (limits.Trusted || (limits.Project is { } own && AnchoredPattern.IsMatchAny(patterns(own), name))) return null;
        var (what, value) = (name == OwnCredentials ? $"the {kind}" : $"the {kind} '{Quote.Clean(name)}'", Quote.Clean(name));
        if (limits.Project is { } project)
            return $"{what} is outside of the project '{project.Name}'; ask the operator to add {(name == OwnCredentials ? $"`{name}`" : "it")} under `projects.{project.Name}.{key}` of towpath.yaml";
        return limits.Repository is { } repository
            ? $"{what} may not be used, as no project lists the repository '{Quote.Clean(repository)}'; ask the operator to add "
                + $"`projects: {{ NAME: {{ repositories: [{Quote.Clean(repository)}], {key}: [\"{value}\"] }} }}` to towpath.yaml"
            : $"{what} may not be used, as the app spec names no `repository`, by which its project in the operator's towpath.yaml is found; "
                + $"name it, and ask the operator to list '{value}' under `{key}` of that project";
    }
}
