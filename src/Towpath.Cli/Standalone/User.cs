namespace Towpath.Cli.Standalone;

/// <summary>Who acts where no control plane knows them.</summary>
internal static class User
{
    public static string Name => Environment.GetEnvironmentVariable("GITHUB_ACTOR") is { Length: > 0 } actor ? actor : Environment.UserName;
}
