using Towpath.Core.Applications;
using Towpath.Core.Operators;

namespace Towpath.Cli.Standalone;

/// <summary>Finds and reads <c>towpath.yaml</c>.</summary>
internal static class Operator
{
    public const string FileName = "towpath.yaml";

    /// <param name="file">The file; null for <c>towpath.yaml</c> in the folder, which may be missing.</param>
    /// <param name="folder">Where defaults are meant from.</param>
    /// <returns>The settings, whether a file was read, and every error of it.</returns>
    public static (OperatorSettings? Settings, bool Found, IReadOnlyList<SpecError> Errors) Read(string? file, string folder)
    {
        var path = file ?? Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return file is null
                ? (OperatorSettingsReader.Defaults(folder), false, [])
                : (null, false, [new SpecError(file, 1, 1, "missing-file", "there is no such file; leave --config out to go without one")]);
        var shown = Path.GetRelativePath(Environment.CurrentDirectory, path);
        var result = OperatorSettingsReader.Read(shown, File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
        return (result.Settings, true, result.Errors);
    }
}
