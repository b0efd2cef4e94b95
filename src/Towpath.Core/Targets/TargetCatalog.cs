using System.Collections.Frozen;

namespace Towpath.Core.Targets;

/// <summary>The registered targets and verifications by kind.</summary>
public sealed class TargetCatalog(IEnumerable<ITarget> targets, IEnumerable<IVerification> verifications)
{
    private readonly FrozenDictionary<string, ITarget> _targets = targets.ToFrozenDictionary(t => t.Kind, StringComparer.Ordinal);
    private readonly FrozenDictionary<string, IVerification> _verifications = verifications.ToFrozenDictionary(v => v.Kind, StringComparer.Ordinal);

    public IReadOnlyList<ITarget> Targets => _targets.Values;

    public IReadOnlyList<IVerification> Verifications => _verifications.Values;

    public ITarget? FindTarget(string kind) => _targets.GetValueOrDefault(kind);

    public IVerification? FindVerification(string kind) => _verifications.GetValueOrDefault(kind);
}
