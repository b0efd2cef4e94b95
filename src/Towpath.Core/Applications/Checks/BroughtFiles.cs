using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Checks;

/// <summary>The <c>files</c> of verifications: they lie beside the spec, in <c>apps/</c> or below, and never elsewhere.</summary>
internal static class BroughtFiles
{
    public static void Run(ApplicationFile application, IReadOnlyDictionary<string, string> files, SpecErrors errors)
    {
        foreach (var environment in application.Environments)
            foreach (var name in NamesOf(environment.Value))
                if (PathOf(name.Value) is not { } path)
                    errors.Add(name.At, "outside-folder", $"'{Quote.Clean(name.Value)}' is not a plain path below {ConfigurationFolder.Applications}; write it with '/' and without '..'");
                else if (!files.TryGetValue(path, out var content))
                    errors.Add(name.At, "missing-file", $"there is no file '{Quote.Clean(path)}'; put it beside the spec");
                else if (content.Length > YamlLimits.Size)
                    errors.Add(name.At, "too-large", $"the file '{Quote.Clean(path)}' is larger than {YamlLimits.Size / 1024} KiB; a verification brings small scripts along");
                else if (content.AsSpan().ContainsAny('\0', '\uFFFD'))
                    errors.Add(name.At, "not-text", $"the file '{Quote.Clean(path)}' is not UTF-8 text; a verification brings text along");
    }

    /// <summary>All that an environment's verifications name.</summary>
    public static IEnumerable<SpecNode.Scalar> NamesOf(SpecNode environment) =>
        environment.Find("verify") is SpecNode.Sequence verifications
            ? verifications.Items.SelectMany(item => item.EntriesOrNone).SelectMany(entry => entry.Value.Find("files")?.ScalarsOrNone ?? [])
            : [];

    /// <summary>The path within the configuration folder, or null where the name would leave <c>apps/</c>.</summary>
    public static string? PathOf(string name) =>
        name.Length > 0 && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal)
        && name.Split('/').All(segment => segment is not ("" or "." or ".."))
            ? ConfigurationFolder.Applications + name
            : null;
}
