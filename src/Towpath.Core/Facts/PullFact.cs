namespace Towpath.Core.Facts;

/// <summary>A pull request as it was last told. Its texts are from outside: shown, never run.</summary>
public sealed record PullFact
{
    public required long RepositoryId { get; init; }

    public required long Number { get; init; }

    public required string HeadSha { get; init; }

    /// <summary>The branch it is from, without <c>refs/heads/</c>; in a fork it may have any name.</summary>
    public required string HeadRef { get; init; }

    /// <summary>The repository it is from; null where that was deleted.</summary>
    public long? HeadRepositoryId { get; init; }

    public required string BaseRef { get; init; }

    public string? BaseSha { get; init; }

    public bool IsOpen { get; init; }

    public bool IsMerged { get; init; }

    public bool IsDraft { get; init; }

    /// <summary>The commit that merging made, once it is merged.</summary>
    public string? MergeCommitSha { get; init; }

    /// <summary>Names, in alphabetical order.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public string Title { get; init; } = "";

    public string Author { get; init; } = "";

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>From another repository, or one that is gone: what it brings may use no secret.</summary>
    public bool IsFork => HeadRepositoryId != RepositoryId;

    /// <summary>Within the same second something else was told of it, too, and nobody told in which order: ask the API.</summary>
    public bool IsDisputed { get; init; }
}
