using System.Text.Json.Serialization;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>The person who logged in (GitHub REST API, "Users").</summary>
public sealed class UsersApi(IGitHubClient github)
{
    /// <summary><c>GET /user</c></summary>
    public Task<GitHubAccount> ReadAsync(UserToken token, CancellationToken cancellationToken) =>
        github.GetAsync(GitHubRequest.Get(new GitHubCaller.User("who logs in", token.Token), "reading who logged in", $"user"), UsersJson.Default.GitHubAccount, cancellationToken);

    /// <summary><c>GET /users/{username}</c></summary>
    public Task<GitHubAccount?> FindAsync(long installation, string login, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(new GitHubCaller.Installation(installation), "reading an account", $"users/{login}"), UsersJson.Default.GitHubAccount, cancellationToken);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitHubAccount))]
internal sealed partial class UsersJson : JsonSerializerContext;
