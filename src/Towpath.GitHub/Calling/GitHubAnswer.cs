namespace Towpath.GitHub.Calling;

/// <summary>What GitHub answered, read.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Value">What it says; the type's default where there is no content or <see cref="Failure"/> says more.</param>
public sealed record GitHubAnswer<T>(int Status, T? Value)
{
    /// <summary>Of a status that the request calls an answer although it is none from 200 to 299.</summary>
    public GitHubFailure? Failure { get; init; }

    /// <exception cref="GitHubException">There is no content.</exception>
    public T Content(GitHubRequest request) => Value is { } value ? value : throw new GitHubException(Failure ?? new GitHubFailure(request.Action, Status, "bad_answer", "it answers without content"));
}

/// <summary>An answer's bytes.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">What it says.</param>
/// <param name="Next">The page after this one, below the API's root; null for none.</param>
public sealed record GitHubReply(int Status, ReadOnlyMemory<byte> Body, string? Next)
{
    public GitHubFailure? Failure { get; init; }
}
