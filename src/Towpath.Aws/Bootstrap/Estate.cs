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

    /// <summary>The parts whose workflows are to reach nothing of each other: the operator's projects, or else everything.</summary>
    public IReadOnlyList<EstateProject> Projects { get; } = request.Limits.Projects.Count == 0
        ? [new EstateProject(null, request.Settings, request.Applications)]
        : [.. request.Limits.Projects.Keys.Order(StringComparer.Ordinal)
            .Select(name => new EstateProject(
                request.Limits.Projects[name] with { Name = name }, request.Settings, [.. request.Applications.Where(a => request.Limits.For(a.Repository).Project?.Name == name)]))
            .Where(p => p.Applications.Count > 0)];

    /// <summary>The environments by the role that deploys to them.</summary>
    public IReadOnlyDictionary<string, List<(ApplicationSpec Application, EnvironmentSpec Environment)>> DeployRoles { get; } = request.Applications
        .SelectMany(a => a.Environments.Select(e => (Application: a, Environment: e)))
        .Where(e => RoleOf(e.Environment) is not null)
        .GroupBy(e => RoleOf(e.Environment)!, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);

    /// <summary>The accounts that read what is shared and are not its own.</summary>
    public IReadOnlyList<string> AccountsBeside(string owner) =>
        [.. Projects.SelectMany(p => p.AssumedRoles).Select(ReferredParameter.AccountOf).OfType<string>().Distinct(StringComparer.Ordinal).Where(other => other != owner)];

    internal static string? RoleOf(EnvironmentSpec environment) => Settings.Text(environment.Target.Settings, "role");
}

internal sealed record NamedRepository(RepositoryName Name, ApplicationSpec Application, ArtifactKeep Keep);
