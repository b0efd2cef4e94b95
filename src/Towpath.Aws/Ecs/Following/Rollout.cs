namespace Towpath.Aws.Ecs.Following;

/// <summary>How the rollout of one service stands.</summary>
internal abstract record Rollout
{
    /// <summary>All of its tasks run the revision, and ECS says that it is done.</summary>
    public sealed record Done : Rollout;

    /// <param name="Progress">For people.</param>
    /// <param name="Paused">It waits for somebody at a hook: the time is not the rollout's.</param>
    public sealed record Going(string Progress, bool Paused = false) : Rollout;

    /// <param name="Reason">In ECS's own words, with what came of it.</param>
    public sealed record Failed(string Reason) : Rollout;

    /// <summary>Somebody else deployed something else meanwhile.</summary>
    public sealed record Superseded(string Reason) : Rollout;
}
