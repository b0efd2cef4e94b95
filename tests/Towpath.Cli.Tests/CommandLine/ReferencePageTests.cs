namespace Towpath.Cli.Tests.CommandLine;

public sealed class ReferencePageTests
{
    /// <summary>With TOWPATH_UPDATE_SNAPSHOTS=1 it is written instead.</summary>
    [Fact]
    public void Reference_page_is_what_the_command_tree_says()
    {
        var path = Path.Combine(Repository.Root, "docs", "reference", "cli.md");
        if (Environment.GetEnvironmentVariable("TOWPATH_UPDATE_SNAPSHOTS") == "1") File.WriteAllText(path, ReferencePage.Write());
        Assert.Equal(ReferencePage.Write(), File.ReadAllText(path));
    }
}
