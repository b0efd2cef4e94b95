using Towpath.Aws.Ecr.Repositories;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.Bootstrap;

/// <summary>What the specs name, each thing once.</summary>
internal sealed class Estate(BootstrapRequest request, string account)
{
    public BootstrapRequest Request => request;

    /// <summary>The caller's.</summary>
    public string Account => account;

    /// <summary>Where registry and builds are.</summary>
    public string SharedAccount => ReferredParameter.AccountOf(request.Settings.SharedServicesRole) ?? account;

    public IReadOnlyList<NamedRepository> Repositories { get; } =
    [
        .. request.Applications.SelectMany(application => application.Artifacts
            .Where(a => a.Kind == ArtifactKind.Container)
            .Select(a => (Name: RepositoryName.Parse(a.Source.Replace("{slug}", application.Name, StringComparison.Ordinal)), a.Keep))
            .Where(a => a.Name is not null)
            .Select(a => new NamedRepository(a.Name!, application, a.Keep))).DistinctBy(r => r.Name),
    ];

    public IReadOnlyList<BuildPlace> Builds { get; } =
        [.. request.Applications.SelectMany(application => application.Artifacts.Select(a => SourceAccess.PlaceOf(application.Name, a)).OfType<BuildPlace>()).Distinct()];

    public IReadOnlyList<ReferredParameter> Parameters { get; } =
        [.. request.Applications.SelectMany(a => a.Environments).SelectMany(ReferredParameter.In).Distinct()];

    /// <summary>The repositories whose runs may come in.</summary>
    public IReadOnlyList<string> GitHubRepositories { get; } =
        [.. request.Applications.Where(UsesAws).Select(a => a.Repository).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];

    /// <summary>The environments by the role that deploys to them.</summary>
    public IReadOnlyDictionary<string, List<(ApplicationSpec Application, EnvironmentSpec Environment)>> DeployRoles { get; } = request.Applications
        .SelectMany(a => a.Environments.Select(e => (Application: a, Environment: e)))
        .Where(e => RoleOf(e.Environment) is not null)
        .GroupBy(e => RoleOf(e.Environment)!, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);

    /// <summary>Every role that the management role leads to.</summary>
    public IEnumerable<string> AssumedRoles => request.Settings.SharedServicesRole is { } shared ? DeployRoles.Keys.Append(shared).Distinct(StringComparer.Ordinal) : DeployRoles.Keys;

    /// <summary>The accounts that read what is shared and are not its own.</summary>
    public IReadOnlyList<string> AccountsBeside(string owner) =>
        [.. AssumedRoles.Select(ReferredParameter.AccountOf).OfType<string>().Distinct(StringComparer.Ordinal).Where(other => other != owner)];

    private static bool UsesAws(ApplicationSpec application) => application.Environments.Any(e => RoleOf(e) is not null)
        || application.Artifacts.Any(a => SourceAccess.PlaceOf(application.Name, a) is not null || RepositoryName.Parse(a.Source.Replace("{slug}", application.Name, StringComparison.Ordinal)) is not null);

    private static string? RoleOf(EnvironmentSpec environment) => Settings.Text(environment.Target.Settings, "role");
}

internal sealed record NamedRepository(RepositoryName Name, ApplicationSpec Application, ArtifactKeep Keep);
