using Towpath.Core.Targets;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>People log in with GitHub, through the App's client. Their name here is their GitHub login.</summary>
public sealed class GitHubLogin(OAuthLogin login, UsersApi users, IGitHubAppSource app, ServerOptions options) : ILoginProvider
{
    public const string Provider = "github";
    public const string CallbackPath = "/login/github/callback";

    public string Name => Provider;

    public string Title => "GitHub";

    public bool IsOffered => options.GitHubLogin && app.Current is { ClientId.Length: > 0, ClientSecret.Length: > 0 };

    public Task<Answer<Uri>> BeginAsync(LoginAttempt attempt, CancellationToken cancellationToken) =>
        Task.FromResult<Answer<Uri>>(login.AuthorizationUrl(attempt.RedirectUri, attempt.State, attempt.Challenge));

    public async Task<Answer<OutsidePerson>> EndAsync(LoginAttempt attempt, string code, IQueryCollection query, CancellationToken cancellationToken)
    {
        try
        {
            return await login.ExchangeAsync(code, attempt.Verifier, attempt.RedirectUri, cancellationToken) switch
            {
                OAuthResult.Granted granted => await ReadAsync(granted.Token, cancellationToken),
                OAuthResult.Refused refused => new Refusal(Web.RefusalKind.Unauthenticated, "code_refused", refused.Reason + "."),
                var other => throw new InvalidOperationException(other.GetType().Name),
            };
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException or GitHubConfigurationException)
        {
            return Refusal.ThirdParty("github_failed", ((IExplainedFault)exception).Explanation + ".");
        }
    }

    /// <summary>The token is good for nothing else here, and forgotten.</summary>
    private async Task<Answer<OutsidePerson>> ReadAsync(UserToken token, CancellationToken cancellationToken)
    {
        var account = await users.ReadAsync(token, cancellationToken);
        return OutsidePerson.OfGitHub(account.Id, account.Login, account.Type);
    }
}
