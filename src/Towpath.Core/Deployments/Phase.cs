namespace Towpath.Core.Deployments;

/// <summary>Where a deployment is. What a waiting one waits for is derived from its gates, not from more phases.</summary>
public enum Phase
{
    /// <summary>At least one gate is closed. It stands outside the environment's line.</summary>
    Waiting,

    /// <summary>Its gates are open; it stands in the environment's line.</summary>
    Queued,

    /// <summary>Its plan's steps run.</summary>
    Running,

    /// <summary>The switch is done; it is being proven that the new version runs.</summary>
    Verifying,

    /// <summary>It failed after the switch; the digest that last succeeded is being put back.</summary>
    RollingBack,

    /// <summary>It holds its environment and cannot go on without a person.</summary>
    NeedsAttention,

    Succeeded,

    /// <summary>The answer was no, and nothing was put back: nothing had been switched, nothing good was known, or the policy says stay.</summary>
    Failed,

    /// <summary>It failed, and what last succeeded runs again.</summary>
    RolledBack,

    /// <summary>It failed, and putting back what last succeeded failed too.</summary>
    RollbackFailed,

    Cancelled,

    /// <summary>
    /// An automatic request that a newer automatic request replaced before it started, or one whose target somebody else changed while it ran.
    /// </summary>
    Superseded,
}

public static class Phases
{
    /// <summary>Holds its environment: at most one deployment of an environment is in such a phase.</summary>
    public static bool IsActive(this Phase phase) => phase switch
    {
        Phase.Running or Phase.Verifying or Phase.RollingBack or Phase.NeedsAttention => true,
        Phase.Waiting or Phase.Queued or Phase.Succeeded or Phase.Failed or Phase.RolledBack or Phase.RollbackFailed
            or Phase.Cancelled or Phase.Superseded => false,
    };

    /// <summary>Nothing will ever change it again.</summary>
    public static bool IsTerminal(this Phase phase) => phase switch
    {
        Phase.Succeeded or Phase.Failed or Phase.RolledBack or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded => true,
        Phase.Waiting or Phase.Queued or Phase.Running or Phase.Verifying or Phase.RollingBack or Phase.NeedsAttention => false,
    };
}
