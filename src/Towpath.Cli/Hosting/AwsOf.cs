using Towpath.Aws;
using Towpath.Core.Operators;

namespace Towpath.Cli.Hosting;

/// <summary>The operator's <c>aws</c> as the AWS clients take it.</summary>
internal static class AwsOf
{
    public static AwsOptions Settings(AwsSettings settings, string dataFolder) => new()
    {
        ManagementRole = settings.ManagementRole,
        SharedServicesRole = settings.SharedServicesRole,
        Region = settings.Region,
        DataFolder = dataFolder,
    };
}
