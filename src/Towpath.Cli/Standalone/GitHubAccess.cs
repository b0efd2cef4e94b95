using Towpath.Core.Operators;
using Towpath.GitHub;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;

namespace Towpath.Cli.Standalone;

/// <summary>How commands without a control plane reach GitHub: as the App of <c>towpath.yaml</c> where its key can be read here, else with the token of the environment.</summary>
internal static class GitHubAccess
{
    private static readonly string[] Variables = ["GH_TOKEN", "GITHUB_TOKEN"];

    public static IServiceCollection AddGitHubAccess(this IServiceCollection services, OperatorSettings settings)
    {
        var found = new GitHubSecrets(Environment.GetEnvironmentVariable, ReadFile).Resolve((settings.GitHub ?? new GitHubSettings()) with { WebhookSecret = null, ClientSecret = null });
        var host = HostOf(found);
        if (host is not null && found is { AppId: { } id, PrivateKey: { } key })
            services.AddSingleton<IGitHubAppSource>(new FixedApp(new GitHubAppSettings { AppId = id, PrivateKey = key, WebhookSecret = "" }));
        else if (host is not null && Variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(token => !string.IsNullOrWhiteSpace(token)) is { } token)
            services.AddGitHubToken(token.Trim());
        return services.AddTowpathGitHub(new GitHubOptions { Host = host ?? GitHubHost.Public }).AddGitHubTarget();
    }

    /// <summary>Null where the address is none: then nobody is given a key or a token.</summary>
    private static GitHubHost? HostOf(GitHubCredentials? found)
    {
        try
        {
            return GitHubHost.Of(found?.ApiUrl, found?.WebUrl);
        }
        catch (GitHubConfigurationException)
        {
            return null;
        }
    }

    private static string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
