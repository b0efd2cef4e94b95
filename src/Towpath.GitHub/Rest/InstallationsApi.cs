using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Where the App is installed (GitHub REST API, "GitHub Apps", "Installations"). Tokens are had by <see cref="Apps.InstallationTokens"/>.</summary>
public sealed class InstallationsApi(IGitHubClient github)
{
    /// <summary><c>GET /app</c>: the App itself; proves that id and key belong together.</summary>
    public Task<GitHubApp> AppAsync(CancellationToken cancellationToken) =>
        github.GetAsync(GitHubRequest.Get(GitHubCaller.TheApp, "reading the App", $"app"), InstallationsJson.Default.GitHubApp, cancellationToken);

    /// <summary><c>GET /app/installations</c></summary>
    public IAsyncEnumerable<GitHubInstallation> ListAsync(CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(GitHubCaller.TheApp, "listing installations", $"app/installations?per_page=100"), InstallationsJson.Default.IReadOnlyListGitHubInstallation, cancellationToken);

    /// <summary><c>GET /app/installations/{installation_id}</c></summary>
    public Task<GitHubInstallation?> FindAsync(long id, CancellationToken cancellationToken) =>
        github.FindAsync(GitHubRequest.Get(GitHubCaller.TheApp, $"reading installation {id}", $"app/installations/{id}"), InstallationsJson.Default.GitHubInstallation, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/installation</c>: null where the App is not installed on it.</summary>
    public Task<GitHubInstallation?> FindOfAsync(string owner, string name, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(GitHubCaller.TheApp, $"finding the installation of {owner}/{name}", $"repos/{owner}/{name}/installation"), InstallationsJson.Default.GitHubInstallation, cancellationToken);

    /// <summary><c>GET /installation/repositories</c>: what an installation may see.</summary>
    public IAsyncEnumerable<RepositoryDetails> RepositoriesAsync(long installation, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(new GitHubCaller.Installation(installation), $"listing repositories of installation {installation}", $"installation/repositories?per_page=100"),
        InstallationsJson.Default.RepositoryPage, page => page.Repositories, cancellationToken);
}

public sealed record GitHubApp
{
    public required long Id { get; init; }
    public string? Slug { get; init; }
    public string? Name { get; init; }
    public string? ClientId { get; init; }
    public string? HtmlUrl { get; init; }
    public GitHubAccount? Owner { get; init; }

    /// <summary>Such as <c>deployments: write</c>.</summary>
    public IReadOnlyDictionary<string, string>? Permissions { get; init; }

    public IReadOnlyList<string>? Events { get; init; }
}

public sealed record GitHubInstallation
{
    public required long Id { get; init; }
    public GitHubAccount? Account { get; init; }
    public long? AppId { get; init; }

    /// <summary><c>all</c> or <c>selected</c>.</summary>
    public string? RepositorySelection { get; init; }

    public IReadOnlyDictionary<string, string>? Permissions { get; init; }
    public IReadOnlyList<string>? Events { get; init; }
    public DateTimeOffset? SuspendedAt { get; init; }
    public string? HtmlUrl { get; init; }
}

internal sealed record RepositoryPage(IReadOnlyList<RepositoryDetails> Repositories);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitHubApp))]
[JsonSerializable(typeof(GitHubInstallation))]
[JsonSerializable(typeof(IReadOnlyList<GitHubInstallation>))]
[JsonSerializable(typeof(RepositoryPage))]
internal sealed partial class InstallationsJson : JsonSerializerContext;
