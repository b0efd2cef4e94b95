using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Operators;

namespace Towpath.Core.Targets;

/// <summary>A kind of place that artifacts are deployed to. Registered with the container; whoever hosts targets names none.</summary>
public interface ITarget
{
    /// <summary>What <c>target.kind</c> says.</summary>
    string Kind { get; }

    /// <summary>The keys of its mapping, without <c>kind</c>.</summary>
    Rule.Mapping Grammar { get; }

    /// <summary>
    /// What of these settings the operator does not allow, in sentences that say what to change; the limits are those for the application's
    /// repository. Called when specs are taken up and again before anything is planned.
    /// </summary>
    IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits);

    /// <summary>
    /// A text that two environments may not share, such as a folder or a port; the configuration that lets two environments
    /// claim the same one, or one below the other's (parts are separated by <c>/</c>), is refused.
    /// </summary>
    IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target);

    /// <summary>What a node must have to work on this target, such as <c>host:NAME</c>; null where any node can.</summary>
    string? Capability(TargetSpec target);

    /// <summary>Turns (environment, artifact, what runs now) into steps. May look at the target; changes nothing.</summary>
    Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken);

    /// <summary>Says what runs there now. Changes nothing.</summary>
    Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken);
}

/// <param name="Key">The environment.</param>
/// <param name="Environment">Its spec as the policy revision of the deployment has it.</param>
/// <param name="Version">The label of the version that is deployed.</param>
/// <param name="Commit">The commit that it was built from.</param>
/// <param name="Artifacts">What is deployed.</param>
/// <param name="KnownGood">What last succeeded there.</param>
/// <param name="KnownGoodArtifacts">The artifacts of <paramref name="KnownGood"/>.</param>
/// <param name="Repository">The application's repository, by which the operator's project is found; null where the spec names none.</param>
public sealed record PlanRequest(
    EnvironmentKey Key, EnvironmentSpec Environment, string Version, string Commit, IReadOnlyList<Artifact> Artifacts,
    RunningVersion? KnownGood, IReadOnlyList<Artifact> KnownGoodArtifacts, string? Repository = null)
{
    /// <summary>The branch that it was built from, where CI told.</summary>
    public string? Branch { get; init; }

    /// <summary>The git tag that it was built from, where CI told.</summary>
    public string? Tag { get; init; }

    /// <summary>The commit of <see cref="KnownGood"/>, where it is known.</summary>
    public string? KnownGoodCommit { get; init; }
}

public abstract record PlanResult
{
    /// <summary>The target's own steps; verification is added by the planner.</summary>
    public sealed record Planned(IReadOnlyList<PlanStep> Steps, IReadOnlyList<PlanStep> Rollback) : PlanResult
    {
        /// <inheritdoc cref="Plan.OnlyUndoes"/>
        public bool OnlyUndoes { get; init; }
    }

    /// <summary>The answer is no: what was found and what to do next.</summary>
    public sealed record Refused(string Reason, RefusalKind Kind = RefusalKind.No) : PlanResult;
}

/// <summary>A kind of verification, such as <c>http</c>: its grammar and the step that proves it.</summary>
public interface IVerification
{
    string Kind { get; }

    Rule.Mapping Grammar { get; }

    IReadOnlyList<string> Check(EnvironmentKey key, VerificationSpec verification, OperatorLimits limits);

    PlanStep Plan(VerificationSpec verification, PlanRequest request, int ordinal);
}

/// <summary>Something that a target needs served while the control plane runs. The server hosts what is registered.</summary>
public interface ITargetHost
{
    /// <summary>Serves exactly the environments of this configuration that are its own, from now on. Called again with each change and after a failed attempt.</summary>
    Task ServeAsync(Configuration configuration, CancellationToken cancellationToken);

    /// <summary>What it serves, where, and what keeps it from serving.</summary>
    IReadOnlyList<HostedEnvironment> Hosted { get; }

    Task StopAsync(CancellationToken cancellationToken);
}

/// <param name="Key">The environment.</param>
/// <param name="Url">Where it is served.</param>
/// <param name="Problem">Null where all is well, else what is wrong and what to do.</param>
public sealed record HostedEnvironment(EnvironmentKey Key, string Url, string? Problem);
