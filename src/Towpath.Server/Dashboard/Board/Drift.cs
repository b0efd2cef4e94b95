using Towpath.Server.Api;

namespace Towpath.Server.Dashboard.Board;

/// <summary>How an environment's version stands to that of the environment before it.</summary>
/// <param name="IsBehind">Older than there, by when its build was reported.</param>
/// <param name="Environment">The environment before it.</param>
/// <param name="Version">What runs there.</param>
public sealed record Drift(bool IsBehind, string Environment, string Version)
{
    /// <summary>Null where both run the same bytes, or one runs nothing.</summary>
    public static Drift? Of(EnvironmentView environment, EnvironmentView? before)
    {
        if (environment.Running is not { } here || before?.Running is not { } there || here.Digest == there.Digest) return null;
        // Ids of builds sort by when they were reported.
        return new Drift(string.CompareOrdinal(here.BuildId, there.BuildId) < 0, before.Name, there.Version);
    }
}
