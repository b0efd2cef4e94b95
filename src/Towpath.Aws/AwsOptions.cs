namespace Towpath.Aws;

/// <summary>What the AWS clients need to know of the process they run in.</summary>
public sealed record AwsOptions
{
    /// <summary>Assumed before any role of a spec; null for none.</summary>
    public string? ManagementRole { get; init; }

    /// <summary>Which role is assumed before another, by ARN, where that depends on whose it is. Default: <see cref="ManagementRole"/>.</summary>
    public Func<string, string?>? ManagementRoleOf { get; init; }

    /// <summary>Reads artifacts where registry and bucket are shared by all accounts; null for the process's own credentials.</summary>
    public string? SharedServicesRole { get; init; }

    /// <summary>The region where a spec or a reference names none; null for that of the environment.</summary>
    public string? Region { get; init; }

    /// <summary>Where this process may keep files of its own.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
}
