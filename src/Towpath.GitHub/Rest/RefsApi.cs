using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Branches and tags (GitHub REST API, "Git references", "Git tags").</summary>
public sealed class RefsApi(IGitHubClient github)
{
    private const string Prefix = "refs/";

    /// <summary><c>GET /repos/{owner}/{repo}/git/ref/{ref}</c></summary>
    /// <param name="repository">The repository.</param>
    /// <param name="name">The full name, such as <c>refs/heads/main</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<GitRef?> FindAsync(GitHubRepository repository, string name, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading a ref of {repository}", $"repos/{repository.Owner}/{repository.Name}/git/ref/{new Segments(Short(name))}").In(repository).Briefly(), RefsJson.Default.GitRef, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/git/matching-refs/{ref}</c>: every ref whose full name begins so.</summary>
    public IAsyncEnumerable<GitRef> ListAsync(GitHubRepository repository, string beginning, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing refs of {repository}", $"repos/{repository.Owner}/{repository.Name}/git/matching-refs/{new Segments(Short(beginning).TrimEnd('/'))}").In(repository),
        RefsJson.Default.IReadOnlyListGitRef, cancellationToken).Where(r => r.Ref.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary><c>POST /repos/{owner}/{repo}/git/refs</c>: null where it exists already.</summary>
    public async Task<GitRef?> CreateAsync(GitHubRepository repository, string name, string sha, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Post(repository.Caller, $"creating a ref of {repository}", $"repos/{repository.Owner}/{repository.Name}/git/refs").In(repository).With(new NewRef(name, sha), RefsJson.Default.NewRef) with { Answers = [422] };
        var answer = await github.SendAsync(request, RefsJson.Default.GitRef, cancellationToken);
        if (answer.Failure is not { } failure) return answer.Content(request);
        return failure.Message.Contains("already exists", StringComparison.OrdinalIgnoreCase) ? null : throw new GitHubException(failure);
    }

    /// <summary><c>GET /repos/{owner}/{repo}/git/tags/{tag_sha}</c>: what an annotated tag, which is an object of its own, stands for.</summary>
    public Task<GitTag?> FindTagAsync(GitHubRepository repository, string sha, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading a tag of {repository}", $"repos/{repository.Owner}/{repository.Name}/git/tags/{sha}").In(repository).Briefly(), RefsJson.Default.GitTag, cancellationToken);

    private static string Short(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : throw new ArgumentException($"'{name}' is no full name of a ref", nameof(name));
}

/// <param name="Ref">The full name.</param>
/// <param name="Object">What it stands for.</param>
public sealed record GitRef(string Ref, GitObject Object);

/// <param name="Type"><c>commit</c>, or <c>tag</c> of an annotated one.</param>
/// <param name="Sha">Its hash.</param>
public sealed record GitObject(string Type, string Sha);

/// <param name="Tag">Its name.</param>
/// <param name="Object">What it stands for.</param>
public sealed record GitTag(string Tag, GitObject Object)
{
    public string? Message { get; init; }
}

internal sealed record NewRef(string Ref, string Sha);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitRef))]
[JsonSerializable(typeof(IReadOnlyList<GitRef>))]
[JsonSerializable(typeof(GitTag))]
[JsonSerializable(typeof(NewRef))]
internal sealed partial class RefsJson : JsonSerializerContext;
