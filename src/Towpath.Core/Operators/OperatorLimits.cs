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

    public static OperatorLimits Nothing { get; } = new();
}

/// <summary>The repositories whose applications belong to one project.</summary>
public sealed record ProjectLimits(IReadOnlyList<string> Repositories);
