using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Core.Deployments;

/// <summary>What taking over a running target asks of it: it runs, it is well, and it can name what it runs by digest.</summary>
public static class Adoption
{
    /// <summary>Null where it can be taken over.</summary>
    public static AdoptionRefusal? Refuse(EnvironmentKey key, Observation seen) => seen switch
    {
        { Health: TargetHealth.Nothing } => new("nothing_runs", $"nothing runs on {key} yet ({seen.Summary}), so there is nothing to adopt; deploy to it"),
        { Health: TargetHealth.Unhealthy } => new("unhealthy", $"what runs on {key} is not healthy ({seen.Summary}), and would be no state to go back to; mend it first"),
        { Health: TargetHealth.Changing } => new("changing", $"{key} is just changing ({seen.Summary}); wait until it has settled"),
        { Artifacts.Count: 0 } => new("no_digest", $"the target of {key} does not name what it runs by digest ({seen.Summary}), so nothing could be put back; deploy a version to it once"),
        _ => null,
    };

    /// <summary>The label of what is adopted: the one that was given, else the target's own, else one made of the digest.</summary>
    public static string LabelOf(string? given, Observation seen) =>
        given ?? (seen.Version is { } told && VersionLabel.IsOne(told) ? told : $"adopted-{Build.DigestOf(seen.Artifacts).Hex[..12]}");
}

/// <param name="Code">Stable.</param>
/// <param name="Reason">What was found and what to do.</param>
public sealed record AdoptionRefusal(string Code, string Reason);
