using Towpath.Cli.CommandLine;

namespace Towpath.Cli.Tests.CommandLine;

/// <summary>What the pages tell people to type, and where they send them.</summary>
public sealed class PagesTests
{
    public static TheoryData<string> Pages() =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_on_a_page_is_understood(string page)
    {
        foreach (var line in Fenced(page, "sh"))
            if (ShellWords.Of(line) is { } arguments)
                Assert.True(Tree.Build().Parse(arguments).Errors.Count == 0, $"{page}: {line}");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_on_a_page_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var text = File.ReadAllText(Path.Combine(Repository.Root, page));
        foreach (var link in text.Split("](").Skip(1).Select(rest => rest[..rest.IndexOf(')', StringComparison.Ordinal)]))
            if (!link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#'))
                Assert.True(Path.Exists(Path.Combine(folder, link.Split('#')[0])), $"{page}: {link}");
    }

    [Fact]
    public void Readme_shows_the_spec_that_the_demo_uses()
    {
        var spec = File.ReadAllLines(Path.Combine(Repository.Root, "examples", "delivery", "apps", "docs.yaml"));
        Assert.Equal(spec, Fenced("README.md", "yaml").Take(spec.Length));
    }

    private static List<string> Fenced(string page, string language)
    {
        var lines = new List<string>();
        string? fence = null;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, page)))
            if (line.StartsWith("```", StringComparison.Ordinal)) fence = fence is null ? line[3..] : null;
            else if (string.Equals(fence, language, StringComparison.Ordinal)) lines.Add(line);
        return lines;
    }
}
