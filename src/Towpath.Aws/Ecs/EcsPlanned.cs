using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>What planning found.</summary>
internal abstract record EcsPlanned
{
    /// <param name="Deploy">For the steps.</param>
    /// <param name="Rollback">The same for what last succeeded; null where nothing is known to go back to.</param>
    /// <param name="Running">What each unit runs now, in their order.</param>
    public sealed record Ready(EcsInputs Deploy, EcsInputs? Rollback, IReadOnlyList<TaskDefinition> Running) : EcsPlanned;

    public sealed record Refused(string Reason, RefusalKind Kind) : EcsPlanned;
}
