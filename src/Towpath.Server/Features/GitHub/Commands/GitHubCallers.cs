using Towpath.Server.Security;

namespace Towpath.Server.Features.GitHub.Commands;

/// <summary>A person who acts on GitHub, as a caller here: their login is the name that roles go by, and the roles alone say what they may.</summary>
internal static class GitHubCallers
{
    public static Caller Of(string login) => new() { User = login, TokenId = "github", Scopes = PermissionWords.AllScopes, Applications = [], Administrator = false };
}
