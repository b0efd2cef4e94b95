using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Files of a repository at a commit (GitHub REST API, "Repository contents").</summary>
public sealed class ContentsApi(IGitHubClient github)
{
    private const string Raw = "application/vnd.github.raw+json";
    private const string AsObject = "application/vnd.github.object+json";

    /// <summary><c>GET /repos/{owner}/{repo}/contents/{path}</c>: a file's bytes; null where there is none. Name a commit, as a branch moves between two reads.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(GitHubRepository repository, string path, string commit, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Get(repository.Caller, $"reading a file of {repository}", $"repos/{repository.Owner}/{repository.Name}/contents/{new Segments(path)}?ref={commit}").In(repository) with { Accept = Raw, Answers = [404] };
        var reply = await github.SendAsync(request, cancellationToken);
        return reply.Status == 404 ? default(ReadOnlyMemory<byte>?) : reply.Body;
    }

    /// <summary><c>GET /repos/{owner}/{repo}/contents/{path}</c>: what stands in a folder, up to 1,000 entries; null where it is no folder.</summary>
    public async Task<IReadOnlyList<ContentEntry>?> ListAsync(GitHubRepository repository, string path, string commit, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Get(repository.Caller, $"listing a folder of {repository}", $"repos/{repository.Owner}/{repository.Name}/contents/{new Segments(path)}?ref={commit}").In(repository) with { Accept = AsObject };
        return (await github.FindAsync(request, ContentsJson.Default.ContentFolder, cancellationToken))?.Entries;
    }
}

/// <param name="Name">Within its folder.</param>
/// <param name="Path">From the root of the repository.</param>
/// <param name="Type"><c>file</c>, <c>dir</c>, <c>symlink</c> or <c>submodule</c>.</param>
public sealed record ContentEntry(string Name, string Path, string Type)
{
    /// <summary>Of the blob or tree: equal bytes have an equal one.</summary>
    public string? Sha { get; init; }

    public long Size { get; init; }
}

internal sealed record ContentFolder(string? Type = null, IReadOnlyList<ContentEntry>? Entries = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ContentFolder))]
internal sealed partial class ContentsJson : JsonSerializerContext;
