namespace Towpath.Core.Operators;

/// <summary>Follows the references of <c>github</c> in <c>towpath.yaml</c>. Pure: the caller reads variables and files.</summary>
/// <param name="variable">The value of an environment variable; null where it is not set.</param>
/// <param name="file">A file's text; null where it cannot be read.</param>
public sealed class GitHubSecrets(Func<string, string?> variable, Func<string, string?> file)
{
    private const string ApiVariable = "GITHUB_API_URL";
    private const string EnterprisePath = "/api/v3";

    private readonly SecretReferences _references = new(variable, file);

    /// <summary>What is wrong, each with the key, where the secret should have been, and what to do. No value is ever repeated.</summary>
    public IReadOnlyList<string> Errors => _references.Errors;

    /// <summary>Null where anything is wrong.</summary>
    public GitHubCredentials? Resolve(GitHubSettings settings)
    {
        var api = (settings.ApiUrl ?? variable(ApiVariable) ?? GitHubSettings.DefaultApiUrl).TrimEnd('/');
        var found = new GitHubCredentials
        {
            AppId = settings.AppId,
            PrivateKey = _references.Follow("github.private_key", settings.PrivateKey),
            WebhookSecret = _references.Follow("github.webhook_secret", settings.WebhookSecret),
            ClientId = settings.ClientId,
            ClientSecret = _references.Follow("github.client_secret", settings.ClientSecret),
            ApiUrl = api,
            WebUrl = (settings.WebUrl ?? WebOf(api)).TrimEnd('/'),
            HasSecondaryLimits = settings.HasSecondaryLimits,
        };
        return Errors.Count == 0 ? found : null;
    }

    private static string WebOf(string api) => api switch
    {
        GitHubSettings.DefaultApiUrl => GitHubSettings.DefaultWebUrl,
        _ when api.EndsWith(EnterprisePath, StringComparison.Ordinal) => api[..^EnterprisePath.Length],
        // GitHub Enterprise Cloud with data residency: api.NAME.ghe.com.
        _ when Uri.TryCreate(api, UriKind.Absolute, out var uri) && uri.Host.StartsWith("api.", StringComparison.Ordinal) => $"{uri.Scheme}://{uri.Authority["api.".Length..]}",
        _ => api,
    };
}
