using System.Net.Http.Headers;
using System.Text.Json;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Credentials;

/// <summary>Brings the token that says who this process is. It is shown to nobody but STS.</summary>
internal sealed class WebIdentityToken(HttpMessageInvoker http)
{
    private const string Audience = "sts.amazonaws.com";

    /// <exception cref="AwsConfigurationException">There is no token to be had.</exception>
    public async Task<string> GetAsync(OwnIdentity identity, CancellationToken cancellationToken) => identity switch
    {
        OwnIdentity.TokenFile file => await ReadAsync(file.Path, cancellationToken),
        OwnIdentity.GitHubActions actions => await AskAsync(actions, cancellationToken),
        _ => throw new InvalidOperationException($"{identity} has no token"),
    };

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AwsConfigurationException($"AWS_WEB_IDENTITY_TOKEN_FILE names '{path}', which cannot be read: {e.Message}", e);
        }
    }

    // GitHub documentation, "OpenID Connect reference": the URL has a query already, and the answer is {"value": token}.
    private async Task<string> AskAsync(OwnIdentity.GitHubActions actions, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{actions.RequestUrl}{(actions.RequestUrl.Query.Length > 0 ? '&' : '?')}audience={Audience}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", actions.RequestToken);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new AwsConfigurationException($"GitHub Actions gave no token (HTTP {(int)response.StatusCode}); give the job `permissions: id-token: write`");
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return answer.RootElement.GetProperty("value").GetString() ?? throw new JsonException("value is null");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AwsConfigurationException($"GitHub Actions gave no token: {e.Message}", e);
        }
    }
}
