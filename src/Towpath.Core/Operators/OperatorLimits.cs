namespace Towpath.Core.Operators;

/// <summary>What the operator allows specs to use: <c>allow</c> and <c>projects</c> of <c>towpath.yaml</c>. Nothing by default.</summary>
public sealed record OperatorLimits
{
    /// <summary>Programs that verification may run, compared with the first word of <c>run</c> to the letter.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Names that <c>env:NAME</c> may refer to.</summary>
    public IReadOnlyList<string> EnvironmentNames { get; init; } = [];

    /// <summary>Absolute folders that specs may read from and write to. A relative path in a spec lies in the first.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Loopback, private or link-local addresses, or CIDR ranges of them, that URLs in specs may reach.</summary>
    public IReadOnlyList<string> PrivateAddresses { get; init; } = [];

    /// <summary>The operator's projects by name; where there is at least one, each application's repository must be in one.</summary>
    public IReadOnlyDictionary<string, ProjectLimits> Projects { get; init; } = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal);

    /// <summary>Who wrote the specs also runs them, with their own rights: projects are not asked. Never so in a control plane.</summary>
    public bool Trusted { get; init; }

    /// <summary>The repository of the application in question; see <see cref="For"/>.</summary>
    public string? Repository { get; init; }

    /// <summary>The project of the application in question; null where none lists its repository. Asked through <see cref="ProjectChecks"/>.</summary>
    public ProjectLimits? Project { get; init; }

    public static OperatorLimits Nothing { get; } = new();

    /// <summary>Whose role it is, by the patterns of <c>roles</c>; the first by name where several allow it, and null where none does.</summary>
    public ProjectLimits? ProjectOfRole(string arn) => First(project => AnchoredPattern.IsMatchAny(project.Roles, arn));

    /// <summary>Whose container repository it is, by the patterns of <c>registries</c>, in the same way.</summary>
    public ProjectLimits? ProjectOfRegistry(string repository) => First(project => AnchoredPattern.IsMatchAny(project.Registries, repository));

    /// <summary>These limits for the applications of one GitHub repository. GitHub's names do not tell upper from lower case.</summary>
    public OperatorLimits For(string? repository) => this with
    {
        Repository = repository,
        Project = First(project => repository is not null && project.Repositories.Contains(repository, StringComparer.OrdinalIgnoreCase)),
    };

    private ProjectLimits? First(Func<ProjectLimits, bool> isIt) =>
        Projects.OrderBy(p => p.Key, StringComparer.Ordinal).Where(p => isIt(p.Value)).Select(p => p.Value with { Name = p.Key }).FirstOrDefault();
}
