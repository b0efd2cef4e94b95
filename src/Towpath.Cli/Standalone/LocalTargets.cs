using Towpath.Aws;
using Towpath.Cli.Hosting;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Local;
using Towpath.Oci;
using Towpath.Oci.Authentication;

namespace Towpath.Cli.Standalone;

/// <summary>The targets, sources and verifications of this build of Towpath, for commands that work without a control plane.</summary>
internal static class LocalTargets
{
    /// <param name="settings">The operator's.</param>
    /// <param name="limits">What the specs may use.</param>
    /// <param name="repository">Whose applications; their project's management role leads to their roles.</param>
    /// <param name="environments">Which are worked on: an artifact whose place names no region is read in theirs.</param>
    public static ServiceProvider Provide(OperatorSettings settings, OperatorLimits limits, string? repository, params IReadOnlyList<EnvironmentSpec> environments) =>
        Provide(settings, limits, AwsOf.Repository(settings, repository, Path.GetFullPath(".towpath")) with { Region = RegionOf(settings, environments) });

    /// <summary>What speaks to AWS may act as somebody else than the applications of one repository do.</summary>
    public static ServiceProvider Provide(OperatorSettings settings, OperatorLimits limits, AwsOptions aws) => new ServiceCollection()
        .AddTowpathLocal(new LocalOptions(settings.Host ?? Environment.MachineName, HostRequired: false, limits, Path.GetFullPath(".towpath")))
        .AddTowpathAws(aws)
        .AddSingleton<IRegistryCredentials, EcrRegistryCredentials>().AddTowpathOci(new OciOptions())
        .AddGitHubAccess(settings)
        .AddSingleton(limits)
        .AddSingleton<TargetCatalog>().AddSingleton<TargetQuestions>().AddSingleton<StepCatalog>().AddSingleton<DeploymentPlanner>().AddSingleton<DeploymentRunner>()
        .AddSingleton<ConfigurationLoader>()
        .BuildServiceProvider();

    private static string? RegionOf(OperatorSettings settings, IReadOnlyList<EnvironmentSpec> environments)
    {
        if (settings.Aws.Region is { } told) return told;
        if (Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } || Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION") is { Length: > 0 }) return null;
        return environments.Select(e => Settings.Text(e.Target.Settings, "region")).FirstOrDefault(region => region is not null);
    }

    /// <summary>Checks specs; where there is no towpath.yaml, nothing is held against limits.</summary>
    public static ConfigurationResult Load(OperatorSettings settings, string folder, OperatorLimits? limits) => Load(settings, SpecFolder.Read(folder), limits);

    public static ConfigurationResult Load(OperatorSettings settings, ConfigurationFiles files, OperatorLimits? limits)
    {
        using var services = Provide(settings, limits ?? OperatorLimits.Nothing, repository: null);
        return services.GetRequiredService<ConfigurationLoader>().Load(files, limits);
    }
}
