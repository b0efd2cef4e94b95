namespace Towpath.GitHub.Calling;

/// <summary>Which GitHub: github.com, GitHub Enterprise Cloud with data residency, or GitHub Enterprise Server.</summary>
/// <param name="Api">The REST API, such as <c>https://api.github.com/</c>; ends with a slash.</param>
/// <param name="Web">What people open, such as <c>https://github.com/</c>; ends with a slash.</param>
/// <param name="Actions">Who issues the tokens of workflow runs, exactly as they name it.</param>
public sealed record GitHubHost(Uri Api, Uri Web, string Actions)
{
    public static GitHubHost Public { get; } = new(new Uri("https://api.github.com/"), new Uri("https://github.com/"), Oidc.OidcOptions.GitHubActions);

    /// <summary>The host of an API's address, by GitHub's own rules for its other addresses.</summary>
    /// <param name="api">As in <c>GITHUB_API_URL</c>; null or empty for github.com.</param>
    /// <param name="web">Where it is not what follows from the API's.</param>
    /// <exception cref="GitHubConfigurationException">It is no https URL. Plain http is for this machine only.</exception>
    public static GitHubHost Of(string? api, string? web = null)
    {
        if (string.IsNullOrWhiteSpace(api)) return Public;
        var root = Root(api, "the address of GitHub's API");
        var own = string.IsNullOrWhiteSpace(web) ? WebOf(root) : Root(web, "the address of GitHub");
        return new GitHubHost(root, own, ActionsOf(root, own));
    }

    private static Uri WebOf(Uri api) => IsCloud(api)
        ? new UriBuilder(api) { Host = api.Host["api.".Length..], Path = "/" }.Uri
        : new Uri(api.GetLeftPart(UriPartial.Authority) + "/");

    private static string ActionsOf(Uri api, Uri web) => IsCloud(api)
        ? $"https://token.actions.{(api.Host == "api.github.com" ? "githubusercontent.com" : api.Host["api.".Length..])}"
        : $"{web.GetLeftPart(UriPartial.Authority)}/_services/token";

    private static bool IsCloud(Uri api) => api.Host == "api.github.com" || (api.Host.StartsWith("api.", StringComparison.Ordinal) && api.Host.EndsWith(".ghe.com", StringComparison.Ordinal));

    private static Uri Root(string text, string what) =>
        Uri.TryCreate(text.Trim().TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new GitHubConfigurationException($"{what} is '{Core.PlainText.Of(text, 200)}', which is no https URL; mend it");
}
