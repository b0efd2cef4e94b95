namespace Towpath.Core.Operators;

/// <summary>The operator's own AWS identity: <c>aws</c> of <c>towpath.yaml</c>. Null is what the surroundings give.</summary>
public sealed record AwsSettings
{
    public static AwsSettings Default { get; } = new();

    /// <summary>
    /// The ARN of the role that is assumed first, with the token of the workflow or the host's own identity. Where the operator keeps projects, each has one of its
    /// own, which is named after this: so that no repository's workflows reach what belongs to another.
    /// </summary>
    public string? ManagementRole { get; init; }

    /// <summary>The ARN of the role that reads registries and buckets which all environments share.</summary>
    public string? SharedServicesRole { get; init; }

    /// <summary>The region where a spec names none.</summary>
    public string? Region { get; init; }

    /// <param name="project">A project; null where the operator keeps none.</param>
    public string? ManagementRoleOf(ProjectLimits? project) => project is null ? ManagementRole : project.ManagementRole ?? Of(ManagementRole, project);

    /// <summary>Who pushes a project's builds; the shared-services role itself only reads then. Without a project it does both.</summary>
    /// <param name="project">A project; null where the operator keeps none.</param>
    public string? BuildsRoleOf(ProjectLimits? project) => project is null ? SharedServicesRole : project.BuildsRole ?? Of(SharedServicesRole, project);

    private static string? Of(string? role, ProjectLimits project) => role is null ? null : $"{role}-{project.Name}";
}
