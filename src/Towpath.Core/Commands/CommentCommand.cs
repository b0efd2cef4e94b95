namespace Towpath.Core.Commands;

public enum CommandVerb
{
    Deploy,
    Promote,
    Rollback,
    Lock,
    Unlock,
    Status,
    Help,
}

/// <summary>What a comment of a pull request asks for.</summary>
public abstract record CommentCommand
{
    /// <param name="Verb">What to do.</param>
    /// <param name="Place">Where, as it was written: an environment, or <c>application/environment</c>; null where the command takes none or may do without.</param>
    public sealed record Asked(CommandVerb Verb, CommentPlace? Place) : CommentCommand
    {
        /// <summary>Of <c>/promote</c> and <c>/rollback</c>, where one was named.</summary>
        public string? Version { get; init; }

        /// <summary>Of <c>/lock</c>: how long; null until somebody unlocks it.</summary>
        public TimeSpan? For { get; init; }

        /// <summary>Of <c>/lock</c>: why, in one line without control characters.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>It begins like a command of ours and cannot be followed: what was found and what would be right.</summary>
    /// <param name="Sentence">Plain text; what was quoted of the comment is in it, so that it is shown escaped like anything that others wrote.</param>
    public sealed record Wrong(string Sentence) : CommentCommand;
}

/// <summary>An environment, of an application that is named or is the only one of the repository. Letters, digits, dots, dashes and underscores only.</summary>
public sealed record CommentPlace(string? Application, string Environment)
{
    public override string ToString() => Application is null ? Environment : $"{Application}/{Environment}";
}
