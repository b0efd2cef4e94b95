using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Gates;

namespace Towpath.Testing;

/// <summary>Small, readable beginnings for tests of deployments.</summary>
public static class DeploymentStates
{
    public static readonly EnvironmentKey Production = new("shop", "production");

    public static readonly GateResult Open = new() { Gate = "all", State = GateState.Open };

    public static readonly GateResult Closed = new() { Gate = "all", State = GateState.Closed };

    public static RunningVersion KnownGood { get; } = new(
        new DeploymentId("00000000000000000000000000000001"), "build-1", "v1", Digest.Of("v1"), VirtualTime.Start.AddDays(-1));

    public static Deployment Requested(Origin origin = Origin.Manual, string version = "v2") => new()
    {
        Id = new DeploymentId("00000000000000000000000000000002"),
        Key = Production,
        BuildId = "build-2",
        Commit = "2222222222222222222222222222222222222222",
        Version = version,
        Digest = Digest.Of(version),
        Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.StaticSite, "site.zip", Digest.Of(version))],
        Origin = origin,
        RequestedBy = "kim",
        RequestedAt = VirtualTime.Start,
        PhaseSince = VirtualTime.Start,
    };

    /// <summary>Two steps that deploy, the second of which switches, one that verifies, and two that put back.</summary>
    public static Plan Plan(bool canRollBack = true) => new(
        [Step("unpack", switches: false), Step("switch", switches: true), Step("probe", switches: false, Stage.Verify)],
        canRollBack ? [Step("switch-back", switches: true), Step("probe-back", switches: false, Stage.Verify)] : []);

    public static PlanStep Step(string name, bool switches, Stage stage = Stage.Deploy) => new(name, "test." + name, stage, switches, new JsonObject { ["name"] = name });

    /// <exception cref="InvalidOperationException">The machine refused.</exception>
    public static Deployment After(this Deployment deployment, params IReadOnlyList<DeploymentEvent> events) =>
        events.Aggregate(deployment, (state, happened) => DeploymentMachine.Apply(state, happened) switch
        {
            Next next => next.Deployment,
            Refused refused => throw new InvalidOperationException($"{happened.Name} in {state.Phase}: {refused.Reason}"),
            var other => throw new InvalidOperationException($"a decision {other.GetType().Name}"),
        });
}
