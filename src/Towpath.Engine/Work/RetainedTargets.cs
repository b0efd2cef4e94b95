using Towpath.Core;
using Towpath.Core.Targets;

namespace Towpath.Engine.Work;

/// <summary>Which targets keep anything that could be removed later.</summary>
public sealed class RetainedTargets(IEnumerable<ITargetRetention> retentions, Configurations configurations)
{
    private readonly HashSet<string> _kinds = retentions.Select(retention => retention.Kind).ToHashSet(StringComparer.Ordinal);

    /// <summary>By the configuration that this node saw last. Where it is not known there, somebody has to look.</summary>
    public bool IsKnownToKeepNothing(EnvironmentKey key) => configurations.Known.FindEnvironment(key) is { } environment && !_kinds.Contains(environment.Target.Kind);
}
