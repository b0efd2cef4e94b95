using Towpath.Aws.Ecr.Repositories;
using Towpath.Core.Applications;
using Towpath.Core.Operators;

namespace Towpath.Aws.Bootstrap;

/// <summary>The applications of one project, and the roles by which its workflows come in and push.</summary>
internal sealed class EstateProject(ProjectLimits? project, AwsSettings settings, IReadOnlyList<ApplicationSpec> applications)
{
    /// <summary>Null where the operator keeps no projects.</summary>
    public string? Name => project?.Name;

    public IReadOnlyList<ApplicationSpec> Applications => applications;

    /// <summary>By ARN; null where roles are not Towpath's to make.</summary>
    public string? ManagementRole { get; } = settings.ManagementRoleOf(project);

    /// <summary>By ARN; null where nothing is to be pushed by a role.</summary>
    public string? BuildsRole { get; } = settings.BuildsRoleOf(project);

    /// <summary>Reads what is shared; the same as <see cref="BuildsRole"/> where the operator keeps no projects.</summary>
    public string? ReadersRole => settings.SharedServicesRole;

    /// <summary>The repositories whose runs may come in.</summary>
    public IReadOnlyList<string> GitHubRepositories { get; } =
        [.. applications.Where(UsesAws).Select(a => a.Repository).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];

    public IReadOnlyList<RepositoryName> Repositories { get; } = [.. applications.SelectMany(RepositoriesOf).Distinct()];

    public IReadOnlyList<BuildPlace> Builds { get; } = [.. applications.SelectMany(a => a.Artifacts.Select(artifact => SourceAccess.PlaceOf(a.Name, artifact)).OfType<BuildPlace>()).Distinct()];

    public IReadOnlyList<string> DeployRoles { get; } = [.. applications.SelectMany(a => a.Environments).Select(Estate.RoleOf).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Every role that its management role leads to.</summary>
    public IReadOnlyList<string> AssumedRoles => [.. new[] { BuildsRole, ReadersRole }.OfType<string>().Concat(DeployRoles).Distinct(StringComparer.Ordinal)];

    /// <summary>Roles that are nobody's to deploy with.</summary>
    public IEnumerable<string> OwnRoles => new[] { ManagementRole, BuildsRole, ReadersRole }.OfType<string>();

    /// <summary>What it pushes to and the other pushes to as well; null for nothing.</summary>
    public string? SharedWith(EstateProject other) =>
        Repositories.Intersect(other.Repositories).FirstOrDefault()?.ToString() ?? Builds.Where(b => other.Builds.Any(b.Overlaps)).Select(b => $"s3://{b.Bucket}/{b.Prefix}").FirstOrDefault();

    private static bool UsesAws(ApplicationSpec application) => application.Environments.Any(e => Estate.RoleOf(e) is not null)
        || application.Artifacts.Any(a => SourceAccess.PlaceOf(application.Name, a) is not null) || RepositoriesOf(application).Any();

    private static IEnumerable<RepositoryName> RepositoriesOf(ApplicationSpec application) =>
        application.Artifacts.Select(a => RepositoryName.Parse(a.Source.Replace("{slug}", application.Name, StringComparison.Ordinal))).OfType<RepositoryName>();
}
