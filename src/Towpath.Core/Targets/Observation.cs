using Towpath.Core.Applications;
using Towpath.Core.Artifacts;

namespace Towpath.Core.Targets;

/// <summary>Which target is looked at.</summary>
/// <param name="Key">The environment.</param>
/// <param name="Environment">Its spec.</param>
/// <param name="Artifacts">The artifacts of its application, as its spec has them.</param>
/// <param name="Repository">The application's repository, by which the operator's project is found; null where the spec names none.</param>
public sealed record TargetLook(EnvironmentKey Key, EnvironmentSpec Environment, IReadOnlyList<ArtifactSpec> Artifacts, string? Repository = null);

/// <summary>What a target runs now, as the target itself says.</summary>
public sealed record Observation
{
    public required TargetHealth Health { get; init; }

    /// <summary>One sentence for people: what runs, and what is wrong with it if anything is.</summary>
    public required string Summary { get; init; }

    /// <summary>What runs, by artifact name; empty where nothing does or where the target cannot tell.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>The label that the target has for it, where it keeps one.</summary>
    public string? Version { get; init; }

    /// <summary>Since when it runs, where the target knows.</summary>
    public DateTimeOffset? Since { get; init; }
}

public enum TargetHealth
{
    /// <summary>Nothing was ever deployed there.</summary>
    Nothing,

    Healthy,

    /// <summary>A rollout is under way.</summary>
    Changing,

    Unhealthy,

    /// <summary>The target does not tell.</summary>
    Unknown,
}

public abstract record ObserveResult
{
    public sealed record Seen(Observation Observation) : ObserveResult;

    /// <summary>It cannot be looked at: what was found and what to do next.</summary>
    public sealed record Refused(string Reason, RefusalKind Kind = RefusalKind.Wrong) : ObserveResult;
}

/// <summary>What kind of no it is; the command line's exit codes follow it.</summary>
public enum RefusalKind
{
    /// <summary>The answer is no.</summary>
    No,

    /// <summary>The spec or the call is wrong: a parameter, container or image that is not there.</summary>
    Wrong,

    /// <summary>Whoever asks may not.</summary>
    NotAllowed,

    /// <summary>It could not be found out: network, credentials, a third party.</summary>
    Technical,
}
