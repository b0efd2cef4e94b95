using Towpath.Core.Applications;

namespace Towpath.Cli.Standalone;

/// <summary>Reads a configuration folder from disk.</summary>
internal static class SpecFolder
{
    public static ConfigurationFiles Read(string folder)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Candidates(folder).Where(ConfigurationFolder.IsSpec)) files[path] = File.ReadAllText(Path.Combine(folder, path));
        foreach (var path in ConfigurationFolder.BroughtAlong(files))
            if (File.Exists(Path.Combine(folder, path))) files[path] = File.ReadAllText(Path.Combine(folder, path));
        return new ConfigurationFiles(files, null);
    }

    private static IEnumerable<string> Candidates(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder)) yield return Path.GetFileName(path);
        var apps = Path.Combine(folder, "apps");
        if (!Directory.Exists(apps)) yield break;
        foreach (var path in Directory.EnumerateFiles(apps)) yield return ConfigurationFolder.Applications + Path.GetFileName(path);
    }
}
