using Towpath.GitHub.Target.Steps;

namespace Towpath.GitHub.Target;

/// <summary>The ids that workflows are dispatched with.</summary>
public static class DispatchIds
{
    /// <summary>The deployment here that a run's name shows; null where it shows none.</summary>
    public static string? DeploymentIn(string runName) => RunSearch.Ids().Match(runName) is { Success: true, Value: var id } ? id[..id.IndexOf('-', StringComparison.Ordinal)] : null;
}
