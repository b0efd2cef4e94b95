using Towpath.Core.Applications.Checks;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications;

/// <summary>
/// Which files make up a configuration. Whoever reads the folder takes those that <see cref="IsSpec"/> accepts, then
/// those that <see cref="BroughtAlong"/> names, where they exist. Paths are relative and use <c>/</c>.
/// </summary>
public static class ConfigurationFolder
{
    public const string Organization = "organization.yaml";

    /// <summary>The folder of the app specs, with its slash.</summary>
    public const string Applications = "apps/";

    /// <summary>
    /// <c>organization.yaml</c> and what lies directly in <c>apps/</c> as YAML. <c>.yml</c> belongs too, so that the mistake is reported
    /// instead of leaving an application out. Hidden files, such as those of editors, do not.
    /// </summary>
    public static bool IsSpec(string path)
    {
        if (path is Organization or "organization.yml") return true;
        var name = path.StartsWith(Applications, StringComparison.Ordinal) ? path[Applications.Length..] : "";
        return name.Length > 0 && name[0] != '.' && !name.Contains('/', StringComparison.Ordinal)
            && (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal));
    }

    /// <summary>The paths of the files that verifications and targets in these specs bring along, defaults included. Broken specs name none.</summary>
    public static IReadOnlyList<string> BroughtAlong(IReadOnlyDictionary<string, string> specs)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (file, text) in specs)
            // Reading twice is only worth it where there can be something to find.
            if (IsSpec(file) && (text.Contains("files", StringComparison.Ordinal) || text.Contains("task_definition", StringComparison.Ordinal)))
                paths.UnionWith(PathsIn(file, text));
        return [.. paths];
    }

    private static IEnumerable<string> PathsIn(string file, string text)
    {
        var root = YamlReader.Read(file, text, new SpecErrors());
        if (string.Equals(file, Organization, StringComparison.Ordinal)) root = root?.Find("defaults");
        var names = (root?.Find("environments")?.EntriesOrNone ?? []).SelectMany(environment => BroughtFiles.NamesOf(environment.Value));
        if (root is SpecNode.Mapping mapping)
            names = names.Concat(new ApplicationFile("", file, mapping).PreviewTargets.SelectMany(target => BroughtFiles.NamesOfTarget(target.Value)));
        return names
            .Select(name => BroughtFiles.PathOf(name.Value))
            .OfType<string>();
    }
}
