using Towpath.Core.Applications.Yaml;
using Towpath.Core.Previews;

namespace Towpath.Core.Applications.Checks;

/// <summary>Fills the number of a pull request into a target as it was written, so that the target's own rules can check it.</summary>
internal static class PreviewNodes
{
    public static SpecNode Fill(SpecNode node, long pull) => node switch
    {
        SpecNode.Mapping mapping => mapping with { Entries = [.. mapping.Entries.Select(entry => entry with { Value = Fill(entry.Value, pull) })] },
        SpecNode.Sequence sequence => sequence with { Items = [.. sequence.Items.Select(item => Fill(item, pull))] },
        // What was filled in is text: a number made of it could not be told from one that was meant.
        SpecNode.Scalar scalar when scalar.Value.Contains(PreviewTarget.Placeholder, StringComparison.Ordinal) =>
            scalar with { Value = scalar.Value.Replace(PreviewTarget.Placeholder, pull.ToString(), StringComparison.Ordinal), Plain = false },
        _ => node,
    };
}
