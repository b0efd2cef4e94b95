using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>What a person may do in a repository (GitHub REST API, "Collaborators").</summary>
public sealed class CollaboratorsApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}/collaborators/{username}/permission</c>: at this moment; null where there is no such person.</summary>
    public Task<CollaboratorPermission?> FindPermissionAsync(GitHubRepository repository, string login, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading what a person may do in {repository}", $"repos/{repository.Owner}/{repository.Name}/collaborators/{login}/permission").In(repository),
        CollaboratorsJson.Default.CollaboratorPermission, cancellationToken);
}

/// <param name="Permission"><c>admin</c>, <c>write</c>, <c>read</c> or <c>none</c>. Roles of the organization's own count as one of these; maintain is write and triage is read.</param>
/// <param name="RoleName">The role's own name.</param>
/// <param name="User">Whose it is: compare the id, as logins can be taken by others.</param>
public sealed record CollaboratorPermission(string Permission, string? RoleName = null, GitHubAccount? User = null)
{
    [JsonIgnore]
    public bool MayWrite => Permission is "admin" or "write";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CollaboratorPermission))]
internal sealed partial class CollaboratorsJson : JsonSerializerContext;
