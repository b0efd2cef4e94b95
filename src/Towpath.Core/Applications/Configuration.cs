using System.Collections.Frozen;

namespace Towpath.Core.Applications;

/// <summary>Everything that was read from the configuration folder at one moment, whole and valid.</summary>
public sealed record Configuration
{
    /// <summary>Hash over the names and contents of all files; empty before the first take-up.</summary>
    public required string Revision { get; init; }

    /// <summary>The git commit of the folder, where it is a work tree: the policy's source.</summary>
    public string? Source { get; init; }
    public required Organization Organization { get; init; }
    public required FrozenDictionary<string, ApplicationSpec> Applications { get; init; }

    public static Configuration Empty { get; } = new()
    {
        Revision = "",
        Organization = Organization.Empty,
        Applications = FrozenDictionary<string, ApplicationSpec>.Empty,
    };

    public ApplicationSpec? FindApplication(string name) => Applications.GetValueOrDefault(name);

    public EnvironmentSpec? FindEnvironment(EnvironmentKey key) => FindApplication(key.Application)?.FindEnvironment(key.Environment);
}

/// <summary>The text of the configuration folder's files by path relative to it: <c>organization.yaml</c>, <c>apps/*.yaml</c> and what those bring along.</summary>
public sealed record ConfigurationFiles(IReadOnlyDictionary<string, string> Files, string? Source);
