using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Who is in a team (GitHub REST API, "Team members"). The App needs the organization's permission to read members.</summary>
public sealed class TeamsApi(IGitHubClient github)
{
    /// <summary>
    /// <c>GET /orgs/{org}/teams/{team_slug}/memberships/{username}</c>: null where the person is not in it, or there is no such team. Members of teams below it count as members.
    /// </summary>
    public Task<TeamMembership?> FindMembershipAsync(long installation, string organization, string team, string login, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(new GitHubCaller.Installation(installation), $"reading who is in {organization}/{team}", $"orgs/{organization}/teams/{team}/memberships/{login}"),
        TeamsJson.Default.TeamMembership, cancellationToken);

    /// <summary><c>GET /orgs/{org}/teams/{team_slug}/members</c>, with those of teams below it.</summary>
    public IAsyncEnumerable<GitHubAccount> MembersAsync(long installation, string organization, string team, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(new GitHubCaller.Installation(installation), $"listing who is in {organization}/{team}", $"orgs/{organization}/teams/{team}/members?per_page=100"),
        TeamsJson.Default.IReadOnlyListGitHubAccount, cancellationToken);

    /// <summary><c>GET /orgs/{org}/teams/{team_slug}</c></summary>
    public Task<GitHubTeam?> FindAsync(long installation, string organization, string team, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(new GitHubCaller.Installation(installation), $"reading the team {organization}/{team}", $"orgs/{organization}/teams/{team}"), TeamsJson.Default.GitHubTeam, cancellationToken);
}

/// <param name="State"><c>active</c>, or <c>pending</c> of somebody who was asked and has not said yes.</param>
/// <param name="Role"><c>member</c> or <c>maintainer</c>.</param>
public sealed record TeamMembership(string State, string? Role = null)
{
    [JsonIgnore]
    public bool IsActive => State == "active";
}

public sealed record GitHubTeam(long Id, string Slug, string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TeamMembership))]
[JsonSerializable(typeof(IReadOnlyList<GitHubAccount>))]
[JsonSerializable(typeof(GitHubTeam))]
internal sealed partial class TeamsJson : JsonSerializerContext;
