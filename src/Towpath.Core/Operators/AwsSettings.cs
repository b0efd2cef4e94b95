namespace Towpath.Core.Operators;

/// <summary>The operator's own AWS identity: <c>aws</c> of <c>towpath.yaml</c>. Null is what the surroundings give.</summary>
public sealed record AwsSettings
{
    public static AwsSettings Default { get; } = new();

    /// <summary>The ARN of the role that is assumed first, with the token of the workflow or the host's own identity.</summary>
    public string? ManagementRole { get; init; }

    /// <summary>The ARN of the role that reads registries and buckets which all environments share.</summary>
    public string? SharedServicesRole { get; init; }

    /// <summary>The region where a spec names none.</summary>
    public string? Region { get; init; }
}
