using Towpath.Core.Applications;
using Towpath.Core.Operators;

namespace Towpath.Cli.Standalone;

/// <summary>What checking one path of <c>towpath validate</c> found.</summary>
internal sealed record SpecCheck(IReadOnlyList<string> Applications, IReadOnlyList<SpecError> Errors, IReadOnlyDictionary<string, string> Expanded)
{
    public static SpecCheck Of(string path) => File.Exists(path) ? OfFile(path) : OfFolder(path, _ => true);

    /// <summary>Whether this file has the name and place of one that Towpath reads.</summary>
    public static bool Knows(string file)
    {
        var (_, name) = Place(file);
        return ConfigurationFolder.IsSpec(name) || string.Equals(name, Operator.FileName, StringComparison.Ordinal);
    }

    /// <summary>A single spec is checked with what lies around it, since defaults and roles come from there.</summary>
    private static SpecCheck OfFile(string path)
    {
        var (folder, name) = Place(path);
        return OfFolder(Path.GetRelativePath(Environment.CurrentDirectory, folder), file => string.Equals(file, name, StringComparison.Ordinal));
    }

    /// <summary>The folder of specs that a file belongs to, and its name there.</summary>
    private static (string Folder, string Name) Place(string path)
    {
        var file = Path.GetFullPath(path);
        var parent = Path.GetDirectoryName(file)!;
        return string.Equals(Path.GetFileName(parent), "apps", StringComparison.Ordinal)
            ? (Path.GetDirectoryName(parent)!, ConfigurationFolder.Applications + Path.GetFileName(file))
            : (parent, Path.GetFileName(file));
    }

    private static SpecCheck OfFolder(string folder, Func<string, bool> concerns)
    {
        var (settings, found, errors) = Operator.Read(null, Path.GetFullPath(folder));
        var specs = found && settings is not null ? Path.GetRelativePath(Environment.CurrentDirectory, settings.ConfigFolder) : folder;
        var used = settings ?? OperatorSettingsReader.Defaults(Path.GetFullPath(folder));
        var result = LocalTargets.Load(used, specs, found ? used.Limits : null);
        string[] applications = [.. result.Applications.Where(a => concerns($"{ConfigurationFolder.Applications}{a}.yaml") || concerns(ConfigurationFolder.Organization))];
        return new SpecCheck(
            applications,
            [.. errors.Where(_ => concerns(Operator.FileName)), .. result.Errors.Where(e => concerns(e.File)).Select(e => e with { File = Path.Join(specs == "." ? "" : specs, e.File) })],
            applications.Select(a => (a, Text: result.Expanded(a))).Where(a => a.Text is not null).ToDictionary(a => a.a, a => a.Text!, StringComparer.Ordinal));
    }
}
