namespace Towpath.Core.Operators;

/// <summary>Follows the references of <c>github</c> in <c>towpath.yaml</c>. Pure: the caller reads variables and files.</summary>
/// <param name="variable">The value of an environment variable; null where it is not set.</param>
/// <param name="file">A file's text; null where it cannot be read.</param>
public sealed class GitHubSecrets(Func<string, string?> variable, Func<string, string?> file)
{
    private const string ApiVariable = "GITHUB_API_URL";
    private const string EnterprisePath = "/api/v3";

    private readonly List<string> _errors = [];

    /// <summary>What is wrong, each with the key, where the secret should have been, and what to do. No value is ever repeated.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Null where anything is wrong.</summary>
    public GitHubCredentials? Resolve(GitHubSettings settings)
    {
        var api = (settings.ApiUrl ?? variable(ApiVariable) ?? GitHubSettings.DefaultApiUrl).TrimEnd('/');
        var found = new GitHubCredentials
        {
            AppId = settings.AppId,
            PrivateKey = Follow("private_key", settings.PrivateKey),
            WebhookSecret = Follow("webhook_secret", settings.WebhookSecret),
            ClientId = settings.ClientId,
            ClientSecret = Follow("client_secret", settings.ClientSecret),
            ApiUrl = api,
            WebUrl = (settings.WebUrl ?? WebOf(api)).TrimEnd('/'),
            HasSecondaryLimits = settings.HasSecondaryLimits,
        };
        return _errors.Count == 0 ? found : null;
    }

    private string? Follow(string key, string? reference)
    {
        if (reference is null) return null;
        var isVariable = reference.StartsWith(GitHubSettings.Environment, StringComparison.Ordinal);
        var place = reference[(isVariable ? GitHubSettings.Environment : GitHubSettings.File).Length..];
        // Editors end files with a line end, which is no part of a secret.
        var value = (isVariable ? variable(place) : file(place))?.TrimEnd('\r', '\n', ' ', '\t');
        if (value is { Length: > 0 }) return value;
        _errors.Add(isVariable
            ? $"`github.{key}` refers to the environment variable {place}, which is {(value is null ? "not set" : "empty")}; set it for the process that runs `towpath up`"
            : $"`github.{key}` refers to the file {place}, which {(value is null ? "cannot be read" : "is empty")}; write the secret there, readable for the user that runs `towpath up` only");
        return null;
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
