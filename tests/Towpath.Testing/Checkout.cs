namespace Towpath.Testing;

/// <summary>The repository that the tests run in.</summary>
public static class Checkout
{
    public static string Root { get; } = Environment.GetEnvironmentVariable("TOWPATH_ROOT") is { Length: > 0 } told ? told : Find();

    /// <summary>Where packages of others are kept that tests use and that are no part of the sources.</summary>
    public static string Packages { get; } = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "npm")).FullName;

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Towpath.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run inside the repository");
        return folder;
    }
}
