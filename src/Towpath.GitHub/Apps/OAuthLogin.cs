using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.Core.Calling;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Apps;

/// <summary>
/// People log in with GitHub (GitHub documentation, "Generating a user access token for a GitHub App", web application flow, with PKCE). Whoever uses this
/// makes state and verifier, keeps them with the browser, and compares the state.
/// </summary>
public sealed class OAuthLogin(GitHubHttp http, IGitHubAppSource source, GitHubOptions options, TimeProvider time)
{
    private const string Action = "exchanging the code of a login";

    /// <summary>Where the browser goes: <c>GET {web}/login/oauth/authorize</c>.</summary>
    /// <param name="redirect">Where it comes back to: one of the App's callback URLs.</param>
    /// <param name="state">Comes back with it.</param>
    /// <param name="challenge">The verifier's SHA-256 in base64url.</param>
    /// <exception cref="GitHubConfigurationException">The App has no client.</exception>
    public Uri AuthorizationUrl(Uri redirect, string state, string challenge) => new(
        options.Host.Web,
        $"login/oauth/authorize?client_id={Uri.EscapeDataString(ClientOf().Id)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}&state={Uri.EscapeDataString(state)}"
        + $"&code_challenge={Uri.EscapeDataString(challenge)}&code_challenge_method=S256&allow_signup=false");

    /// <summary><c>POST {web}/login/oauth/access_token</c></summary>
    /// <exception cref="GitHubException">GitHub could not be reached, or answers nonsense.</exception>
    /// <exception cref="GitHubConfigurationException">The App has no client.</exception>
    public async Task<OAuthResult> ExchangeAsync(string code, string verifier, Uri redirect, CancellationToken cancellationToken)
    {
        var client = ClientOf();
        using var deadline = new Deadline(options.AnswerWithin, time, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Host.Web, "login/oauth/access_token"))
            {
                Content = new FormUrlEncodedContent([
                    new("client_id", client.Id), new("client_secret", client.Secret), new("code", code), new("redirect_uri", redirect.AbsoluteUri), new("code_verifier", verifier)]),
            };
            request.Headers.UserAgent.ParseAdd("towpath");
            request.Headers.Accept.ParseAdd("application/json");
            using var response = await http.SendAsync(request, deadline.Token);
            if (!response.IsSuccessStatusCode) throw Failed((int)response.StatusCode, "refused", $"it answers with status {(int)response.StatusCode}");
            return Read(await BoundedBody.ReadAsync(response, BoundedBody.SmallAnswer, deadline.Token), (int)response.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or BodyTooLargeException && e is not GitHubException || deadline.IsOver(e))
        {
            throw Failed(0, "unreachable", e is OperationCanceledException ? "no answer in time" : PlainText.Of(e.Message, 200), e);
        }
    }

    private static OAuthResult Read(byte[] body, int status)
    {
        try
        {
            // GitHub refuses with the status 200.
            var answer = JsonSerializer.Deserialize(body, OAuthJson.Default.OAuthAnswer);
            if (answer?.Error is { } error) return new OAuthResult.Refused($"GitHub does not accept the login ({PlainText.Of(error, 60)}); log in again");
            if (answer?.AccessToken is { Length: > 0 } token) return new OAuthResult.Granted(new UserToken(token, answer.ExpiresIn is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null));
        }
        catch (JsonException)
        {
            // Said below, without the parser's words: they may repeat a token.
        }

        throw Failed(status, "bad_answer", "it answers with something that holds no token");
    }

    private (string Id, string Secret) ClientOf() => source.Current is { ClientId: { Length: > 0 } id, ClientSecret: { Length: > 0 } secret }
        ? (id, secret)
        : throw new GitHubConfigurationException("nobody can log in with GitHub yet: create the GitHub App from the dashboard, or write `client_id` and `client_secret` under `github:` in towpath.yaml");

    private static GitHubException Failed(int status, string code, string what, Exception? inner = null) => new(new GitHubFailure(Action, status, code, what), inner);
}

public abstract record OAuthResult
{
    public sealed record Granted(UserToken Token) : OAuthResult;

    /// <summary>For people, with what to do.</summary>
    public sealed record Refused(string Reason) : OAuthResult;
}

/// <summary>What GitHub gives for a login. Good for reading who it is; not to be kept longer than that.</summary>
/// <param name="Token">The secret.</param>
/// <param name="Life">How long it counts; null for ever.</param>
public sealed record UserToken(string Token, TimeSpan? Life)
{
    public override string ToString() => nameof(UserToken);
}

internal sealed record OAuthAnswer(string? AccessToken, int? ExpiresIn, string? Error)
{
    public override string ToString() => nameof(OAuthAnswer);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OAuthAnswer))]
internal sealed partial class OAuthJson : JsonSerializerContext;
