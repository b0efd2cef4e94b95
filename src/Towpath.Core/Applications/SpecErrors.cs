using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications;

/// <summary>Collects what is wrong, each thing once, and of each file no more than anyone would read.</summary>
internal sealed class SpecErrors
{
    private readonly HashSet<SpecError> _known = [];

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Count => _known.Count;

    public void Add(Place at, string code, string message)
    {
        var count = _counts.GetValueOrDefault(at.File);
        if (count > YamlLimits.Errors) return;
        var error = count < YamlLimits.Errors
            ? new SpecError(at.File, at.Line, at.Column, code, message)
            : new SpecError(at.File, at.Line, at.Column, "too-many-errors", $"more than {YamlLimits.Errors} errors in one file; mend those above first");
        if (_known.Add(error)) _counts[at.File] = count + 1;
    }

    /// <summary>By file, then from top to bottom.</summary>
    public IReadOnlyList<SpecError> Sorted() =>
        [.. _known.OrderBy(e => e.File, StringComparer.Ordinal).ThenBy(e => e.Line).ThenBy(e => e.Column).ThenBy(e => e.Message, StringComparer.Ordinal)];
}
