namespace Towpath.Core.Operators;

/// <summary>The repositories whose applications belong to one project, and patterns (<see cref="AnchoredPattern"/>) of what these may use.</summary>
public sealed record ProjectLimits(IReadOnlyList<string> Repositories)
{
    public string Name { get; init; } = "";

    /// <summary>The role that leads to the project's roles; null for the one that <see cref="AwsSettings.ManagementRoleOf"/> names.</summary>
    public string? ManagementRole { get; init; }

    /// <summary>The role that its builds are pushed by; null for the one that <see cref="AwsSettings.BuildsRoleOf"/> names.</summary>
    public string? BuildsRole { get; init; }

    /// <summary>AWS roles, by ARN.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>SSM parameters, by name.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>S3 buckets, by name.</summary>
    public IReadOnlyList<string> Buckets { get; init; } = [];

    /// <summary>Secrets of AWS Secrets Manager, by name as ARNs have it.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Log groups of CloudWatch, by name.</summary>
    public IReadOnlyList<string> LogGroups { get; init; } = [];

    /// <summary>Container repositories, as <c>host/repository</c>.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];
}
