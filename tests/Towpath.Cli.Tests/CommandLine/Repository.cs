namespace Towpath.Cli.Tests.CommandLine;

internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Towpath.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run inside the repository");
        return folder;
    }
}
