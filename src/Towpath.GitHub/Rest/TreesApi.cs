using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Folders as git knows them (GitHub REST API, "Git trees").</summary>
public sealed class TreesApi(IGitHubClient github)
{
    /// <summary><c>GET /repos/{owner}/{repo}/git/trees/{tree_sha}</c>: what stands in a folder; null where there is none.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="sha">A tree, or a commit for its root.</param>
    /// <param name="recursive">With everything below; GitHub tells up to 100,000 entries.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<GitTree?> FindAsync(GitHubRepository repository, string sha, bool recursive, CancellationToken cancellationToken)
    {
        var path = (GitHubPath)$"repos/{repository.Owner}/{repository.Name}/git/trees/{sha}";
        if (recursive) path.Add($"?recursive=1");
        return github.FindAsync(GitHubRequest.Get(repository.Caller, $"reading a folder of {repository}", path).In(repository), TreesJson.Default.GitTree, cancellationToken);
    }
}

/// <param name="Sha">Of the tree.</param>
/// <param name="Tree">Its entries.</param>
/// <param name="Truncated">There are more than GitHub tells.</param>
public sealed record GitTree(string Sha, IReadOnlyList<TreeEntry> Tree, bool Truncated = false);

/// <param name="Path">Below the tree that was asked for.</param>
/// <param name="Mode">Such as <c>100644</c>; <c>120000</c> is a symbolic link, <c>160000</c> a submodule.</param>
/// <param name="Type"><c>blob</c>, <c>tree</c> or <c>commit</c>.</param>
/// <param name="Sha">Equal bytes have an equal one.</param>
public sealed record TreeEntry(string Path, string Mode, string Type, string Sha)
{
    /// <summary>Of a blob, in bytes.</summary>
    public long? Size { get; init; }

    [JsonIgnore]
    public bool IsLink => Mode == "120000";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitTree))]
internal sealed partial class TreesJson : JsonSerializerContext;
