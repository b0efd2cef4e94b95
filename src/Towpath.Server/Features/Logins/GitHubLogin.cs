namespace Towpath.Server.Features.Logins;

/// <summary>People log in with GitHub.</summary>
public sealed class GitHubLogin
{
    public const string CallbackPath = "/login/github/callback";
}
