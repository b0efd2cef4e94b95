using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Releases and their drafts (GitHub REST API, "Releases").</summary>
public sealed class ReleasesApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}/releases</c>, newest first. Drafts are among them for whoever may write.</summary>
    public IAsyncEnumerable<GitHubRelease> ListAsync(GitHubRepository repository, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing releases of {repository}", $"repos/{repository.Owner}/{repository.Name}/releases?per_page=100").In(repository), ReleasesJson.Default.IReadOnlyListGitHubRelease, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/releases/{release_id}</c></summary>
    public Task<GitHubRelease?> FindAsync(GitHubRepository repository, long id, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading release {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/releases/{id}").In(repository), ReleasesJson.Default.GitHubRelease, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/releases/tags/{tag}</c>: never a draft.</summary>
    public Task<GitHubRelease?> FindByTagAsync(GitHubRepository repository, string tag, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading a release of {repository}", $"repos/{repository.Owner}/{repository.Name}/releases/tags/{tag}").In(repository), ReleasesJson.Default.GitHubRelease, cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/releases</c></summary>
    public Task<GitHubRelease> CreateAsync(GitHubRepository repository, ReleaseText release, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"creating a release of {repository}", $"repos/{repository.Owner}/{repository.Name}/releases").In(repository).With(release, ReleasesJson.Default.ReleaseText),
        ReleasesJson.Default.GitHubRelease, cancellationToken);

    /// <summary><c>PATCH /repos/{owner}/{repo}/releases/{release_id}</c>: null where somebody deleted it. What is null stays as it is.</summary>
    public Task<GitHubRelease?> ChangeAsync(GitHubRepository repository, long id, ReleaseText release, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Patch(repository.Caller, $"changing release {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/releases/{id}").In(repository).With(release, ReleasesJson.Default.ReleaseText),
        ReleasesJson.Default.GitHubRelease, cancellationToken);

    /// <summary><c>DELETE /repos/{owner}/{repo}/releases/{release_id}</c>: its tag stays.</summary>
    public Task<bool> DeleteAsync(GitHubRepository repository, long id, CancellationToken cancellationToken) => github.RemoveAsync(
        GitHubRequest.Delete(repository.Caller, $"deleting release {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/releases/{id}").In(repository), cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/releases/generate-notes</c>: GitHub's own notes; nothing is kept.</summary>
    public Task<ReleaseNotes> GenerateNotesAsync(GitHubRepository repository, NotesQuestion question, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"generating notes of a release of {repository}", $"repos/{repository.Owner}/{repository.Name}/releases/generate-notes").In(repository)
            .With(question, ReleasesJson.Default.NotesQuestion) with { IsRepeatable = true, IsContent = false },
        ReleasesJson.Default.ReleaseNotes, cancellationToken);
}

public sealed record ReleaseText
{
    /// <summary>Made by publishing where there is none, at <see cref="TargetCommitish"/>.</summary>
    public string? TagName { get; init; }

    /// <summary>The commit that the tag is made at. GitHub does not look at it where the tag exists.</summary>
    public string? TargetCommitish { get; init; }

    public string? Name { get; init; }
    public string? Body { get; init; }
    public bool? Draft { get; init; }
    public bool? Prerelease { get; init; }
}

public sealed record GitHubRelease
{
    public required long Id { get; init; }
    public required string TagName { get; init; }
    public required string TargetCommitish { get; init; }
    public string? Name { get; init; }
    public string? Body { get; init; }
    public required bool Draft { get; init; }
    public required bool Prerelease { get; init; }
    public GitHubAccount? Author { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public string? HtmlUrl { get; init; }
}

/// <param name="TagName">The new release's.</param>
/// <param name="TargetCommitish">Its commit, where the tag does not exist yet.</param>
/// <param name="PreviousTagName">Where the notes begin; null for the release before.</param>
public sealed record NotesQuestion(string TagName, string? TargetCommitish = null, string? PreviousTagName = null);

public sealed record ReleaseNotes(string Name, string Body);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitHubRelease))]
[JsonSerializable(typeof(IReadOnlyList<GitHubRelease>))]
[JsonSerializable(typeof(ReleaseText))]
[JsonSerializable(typeof(NotesQuestion))]
[JsonSerializable(typeof(ReleaseNotes))]
internal sealed partial class ReleasesJson : JsonSerializerContext;
