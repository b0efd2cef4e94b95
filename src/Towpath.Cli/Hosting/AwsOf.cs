using Towpath.Aws;
using Towpath.Core.Operators;

namespace Towpath.Cli.Hosting;

/// <summary>The operator's <c>aws</c> as the AWS clients take it.</summary>
internal static class AwsOf
{
    /// <summary>For a process that works on applications of all projects: whose role is to be assumed says by which management role.</summary>
    public static AwsOptions Everybody(OperatorSettings settings, string dataFolder) => Options(settings.Aws, dataFolder) with
    {
        ManagementRole = settings.Limits.Projects.Count == 0 ? settings.Aws.ManagementRole : null,
        ManagementRoleOf = settings.Limits.Projects.Count == 0 ? null : role => settings.Limits.ProjectOfRole(role) is { } project ? settings.Aws.ManagementRoleOf(project) : null,
    };

    /// <summary>For a process that works on applications of one repository, such as one of its workflows.</summary>
    public static AwsOptions Repository(OperatorSettings settings, string? repository, string dataFolder) => Options(settings.Aws, dataFolder) with
    {
        ManagementRole = settings.Limits.Projects.Count == 0 ? settings.Aws.ManagementRole
            : settings.Limits.For(repository).Project is { } project ? settings.Aws.ManagementRoleOf(project) : null,
    };

    /// <summary>For a process that writes to a container repository: as the builds role of the project that lists it.</summary>
    public static AwsOptions Registry(OperatorSettings settings, string repository, string dataFolder)
    {
        var project = settings.Limits.ProjectOfRegistry(repository);
        var isAnybodys = project is null && settings.Limits.Projects.Count > 0;
        return Options(settings.Aws, dataFolder) with
        {
            ManagementRole = isAnybodys ? null : settings.Aws.ManagementRoleOf(project),
            SharedServicesRole = isAnybodys ? null : settings.Aws.BuildsRoleOf(project),
        };
    }

    private static AwsOptions Options(AwsSettings settings, string dataFolder) => new()
    {
        SharedServicesRole = settings.SharedServicesRole,
        Region = settings.Region,
        DataFolder = dataFolder,
    };
}
