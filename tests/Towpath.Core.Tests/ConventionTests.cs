using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Towpath.Core.Tests;

/// <summary>What ARCHITECTURE.md says of the projects and their names, asked of the project files and the sources.</summary>
public sealed partial class ConventionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Towpath.Core"] = [],
        ["Towpath.Engine"] = ["Towpath.Core"],
        ["Towpath.Local"] = ["Towpath.Core"],
        ["Towpath.Oci"] = ["Towpath.Core"],
        ["Towpath.Aws"] = ["Towpath.Core"],
        ["Towpath.GitHub"] = ["Towpath.Core"],
        ["Towpath.Server"] = ["Towpath.Core", "Towpath.Engine", "Towpath.GitHub"],
        ["Towpath.Cli"] = ["Towpath.Core", "Towpath.Engine", "Towpath.Local", "Towpath.Oci", "Towpath.Aws", "Towpath.GitHub", "Towpath.Server"],
    };

    private static readonly string Root = FindRoot();

    public static TheoryData<string> Projects => [.. Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Root, p))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_refers_only_to_what_the_architecture_allows(string project)
    {
        var references = XDocument.Load(Path.Combine(Root, project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.Subset(Allowed[Path.GetFileNameWithoutExtension(project)].ToHashSet(), references.ToHashSet());
    }

    [Fact]
    public void Nothing_is_called_manager_or_helper_or_utils() =>
        Assert.DoesNotContain(Sources().SelectMany(s => TypeName().Matches(s.Text).Select(m => m.Groups["name"].Value)), name => Vague().IsMatch(name));

    [Fact]
    public void Sql_stands_only_in_the_store() =>
        Assert.DoesNotContain(
            Sources().Where(s => !s.Path.StartsWith(Path.Combine("src", "Towpath.Engine", "Storage"), StringComparison.Ordinal)),
            s => Sql().IsMatch(s.Text));

    [Fact]
    public void Core_does_no_input_or_output() =>
        Assert.DoesNotContain(
            Sources().Where(s => s.Path.StartsWith(Path.Combine("src", "Towpath.Core"), StringComparison.Ordinal)),
            s => InputOutput().IsMatch(s.Text));

    [Fact]
    public void Exported_interfaces_say_what_they_mean()
    {
        var silent = Sources().SelectMany(s => Undocumented().Matches(s.Text).Select(m => $"{s.Path}: {m.Groups["name"].Value}"))
            .Where(s => s.StartsWith(Path.Combine("src", "Towpath.Core"), StringComparison.Ordinal));
        Assert.Empty(silent);
    }

    private static IEnumerable<(string Path, string Text)> Sources() =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Root, path), File.ReadAllText(path)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Towpath.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run inside the repository");
    }

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?<name>[A-Z]\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeName();

    [GeneratedRegex("(Manager|Helper|Helpers|Utils|Util)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Vague();

    [GeneratedRegex(@"""[^""]*\b(SELECT\s.+\sFROM|INSERT\s+INTO|DELETE\s+FROM)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sql();

    [GeneratedRegex(@"\b(File\.(Read|Write|Open|Exists|Append)|Directory\.|HttpClient|Socket|Process\.Start|Environment\.GetEnvironmentVariable)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InputOutput();

    [GeneratedRegex(@"(?<!/// .*)\n\n(?:\[[^\n]*\]\n)*public interface (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Undocumented();
}
