namespace Towpath.Local.Sites;

/// <summary>Names for what is not finished yet. They begin with a dot and can be told from everything that lasts.</summary>
internal static class Temporary
{
    public const string Prefix = ".tmp-";

    public static string Beside(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $"{Prefix}{Path.GetFileName(path)}-{Guid.CreateVersion7():N}");
}
