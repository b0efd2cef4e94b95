using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications;

/// <summary>One app spec as read, with the defaults merged in; not yet known to be right.</summary>
/// <param name="Slug">The file name without <c>.yaml</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="Root">Its content.</param>
internal sealed record ApplicationFile(string Slug, string Path, SpecNode.Mapping Root)
{
    public IReadOnlyList<SpecNode.Entry> Environments => Root["environments"]?.EntriesOrNone ?? [];

    public EnvironmentKey KeyOf(SpecNode.Entry environment) => new(Slug, environment.Key);
}
