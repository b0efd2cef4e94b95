using System.Collections.Frozen;

namespace Towpath.Core.Deployments;

/// <summary>The registered steps by kind.</summary>
public sealed class StepCatalog(IEnumerable<IStep> steps)
{
    private readonly FrozenDictionary<string, IStep> _steps = steps.ToFrozenDictionary(step => step.Kind, StringComparer.Ordinal);

    public IStep? Find(string kind) => _steps.GetValueOrDefault(kind);
}
