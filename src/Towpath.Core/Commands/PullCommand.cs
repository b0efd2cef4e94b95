namespace Towpath.Core.Commands;

public enum PullCommandState
{
    /// <summary>Nobody has answered it yet.</summary>
    Asked,

    /// <summary>Done, or accepted: what becomes of it, its deployment tells.</summary>
    Accepted,

    /// <summary>The answer was no.</summary>
    Refused,

    /// <summary>Not ours, of somebody who may give none, or taken back before anybody answered: nothing is said of it, and it is forgotten.</summary>
    Dropped,
}

/// <summary>A comment of a pull request that has a command of ours, and what became of it. One for each comment, however often it is delivered.</summary>
public sealed record PullCommand
{
    public required long RepositoryId { get; init; }
    public required long Number { get; init; }

    /// <summary>GitHub's id of the comment; later ones have higher ids.</summary>
    public required long CommentId { get; init; }

    /// <summary>GitHub's id of the author, since a login can come to be another's.</summary>
    public required long AuthorId { get; init; }
    public required string Author { get; init; }

    /// <summary>The comment as it was written, up to its command: later edits change nothing.</summary>
    public required string Body { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Where the pull request stood before the comment was written, as far as that was known when it came.</summary>
    public string? HeadSha { get; init; }
    public PullCommandState State { get; init; }

    /// <summary>What became of it, in plain text that may hold anybody's words.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the commands are to be shown as well.</summary>
    public bool ShowsHelp { get; init; }

    /// <summary>What it asked for.</summary>
    public string? Deployment { get; init; }
}
