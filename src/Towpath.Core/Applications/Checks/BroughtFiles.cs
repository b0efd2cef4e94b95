using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Applications.Checks;

/// <summary>The <c>files</c> of verifications and the <c>task_definition</c> of targets: they lie beside the spec, in <c>apps/</c> or below, and never elsewhere.</summary>
internal static class BroughtFiles
{
    public static void Run(ApplicationFile application, IReadOnlyDictionary<string, string> files, SpecErrors errors)
    {
        foreach (var environment in application.Environments.Concat(application.PreviewsOf(1)))
            foreach (var name in NamesOf(environment.Value))
                if (PathOf(name.Value) is not { } path)
                    errors.Add(name.At, "outside-folder", $"'{Quote.Clean(name.Value)}' is not a plain path below {ConfigurationFolder.Applications}; write it with '/' and without '..'");
                else if (!files.TryGetValue(path, out var content))
                    errors.Add(name.At, "missing-file", $"there is no file '{Quote.Clean(path)}'; put it beside the spec");
                else if (content.Length > YamlLimits.Size)
                    errors.Add(name.At, "too-large", $"the file '{Quote.Clean(path)}' is larger than {YamlLimits.Size / 1024} KiB; small files can be brought along");
                else if (content.AsSpan().ContainsAny('\0', '\uFFFD'))
                    errors.Add(name.At, "not-text", $"the file '{Quote.Clean(path)}' is not UTF-8 text; only text can be brought along");
    }

    /// <summary>All that an environment's target and verifications name.</summary>
    public static IEnumerable<SpecNode.Scalar> NamesOf(SpecNode environment)
    {
        var verified = environment.Find("verify") is SpecNode.Sequence verifications
            ? verifications.Items.SelectMany(item => item.EntriesOrNone).SelectMany(entry => entry.Value.Find("files")?.ScalarsOrNone ?? [])
            : [];
        return environment.Find("target") is { } target ? [.. NamesOfTarget(target), .. verified] : verified;
    }

    /// <summary>What a target names; <c>s3://…</c> and the like is elsewhere.</summary>
    public static IEnumerable<SpecNode.Scalar> NamesOfTarget(SpecNode target) =>
        target.Find("task_definition") is SpecNode.Scalar { IsNothing: false } name && !name.Value.Contains("://", StringComparison.Ordinal) ? [name] : [];

    /// <summary>The path within the configuration folder, or null where the name would leave <c>apps/</c>.</summary>
    public static string? PathOf(string name) =>
        name.Length > 0 && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal)
        && name.Split('/').All(segment => segment is not ("" or "." or ".."))
            ? ConfigurationFolder.Applications + name
            : null;
}
