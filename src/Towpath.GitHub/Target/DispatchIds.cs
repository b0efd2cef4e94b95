using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.GitHub.Target.Steps;

namespace Towpath.GitHub.Target;

/// <summary>The ids that workflows are dispatched with, and those of the runs that this started.</summary>
public static class DispatchIds
{
    /// <summary>The deployment here that a run's name shows; null where it shows none, or several, since a branch in it can be called like anything.</summary>
    public static string? DeploymentIn(string runName) =>
        RunSearch.Ids().Matches(runName).Select(match => match.Value[..match.Value.IndexOf('-', StringComparison.Ordinal)]).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : null;

    /// <summary>The runs that a deployment itself started, as its steps noted them. A run's name can be given by anybody; these cannot.</summary>
    public static IReadOnlyList<long> RunsOf(Deployment deployment) =>
        [.. deployment.Steps.Concat(deployment.RollbackSteps).SelectMany(step => new[] { step.Outputs, step.Undo }).Select(IdIn).OfType<long>().Distinct()];

    private static long? IdIn(JsonObject? noted) => noted?[DispatchStep.RunId] is JsonValue value && value.TryGetValue<long>(out var id) ? id : null;
}
