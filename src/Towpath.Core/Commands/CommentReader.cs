using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;

namespace Towpath.Core.Commands;

/// <summary>
/// Finds the command of a comment. Only the first line counts that says something by itself: blank lines, quotes and code before it are passed over, and
/// a command further down is talk about one. Comments are written by anybody: nothing here throws, and nothing but the command is taken from them.
/// </summary>
public static class CommentReader
{
    /// <summary>A line with more is no command; the longest reason fits.</summary>
    private const int LongestLine = 500;

    private const int LongestName = 100;

    private static readonly char[] Spaces = [' ', '\t'];

    /// <summary>Null where the comment has no command of ours.</summary>
    public static CommentCommand? Read(string body)
    {
        if (CommentLines.FirstSpoken(body) is not { } line || line[0] != '/') return null;
        if (line.Length > LongestLine) return StartsLikeOurs(line) ? new CommentCommand.Wrong($"the line has more than {LongestLine} characters; say it shorter") : null;
        var words = line.Split(Spaces, StringSplitOptions.RemoveEmptyEntries);
        return CommandForms.Find(words[0][1..]) is { } form ? Read(form, words[1..]) : Unknown(words[0][1..]);
    }

    /// <summary>What to keep of a comment: the line that has its command, cut where that makes no difference. Null where there is none of ours.</summary>
    public static string? LineOf(string body) =>
        Read(body) is not null && CommentLines.FirstSpoken(body) is { } line ? line[..Math.Min(line.Length, LongestLine + 1)] : null;

    /// <summary>Other bots have commands too: one that resembles none of ours is theirs.</summary>
    private static CommentCommand.Wrong? Unknown(string name) =>
        name.Length > 2 && name.All(c => char.IsAsciiLetter(c) || c is '-' or '_') && Nearest.To(name, CommandForms.Names) is { } nearest
            ? new CommentCommand.Wrong($"there is no command /{name}; did you mean {CommandForms.Find(nearest)!.Usage}?")
            : null;

    private static bool StartsLikeOurs(string line) => CommandForms.Names.Any(name =>
        line.AsSpan(1).StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length + 1 && line[name.Length + 1] is ' ' or '\t');

    private static CommentCommand Read(CommandForm form, string[] words)
    {
        if (words.Length == 0) return form.NeedsPlace ? Wrong(form, "the environment is missing") : new CommentCommand.Asked(form.Verb, null);
        if (!form.TakesPlace) return Wrong(form, $"it takes nothing more, found '{Quote.Clean(words[0])}'");
        if (PlaceOf(words[0]) is not { } place) return Wrong(form, $"'{Quote.Clean(words[0])}' cannot be the name of an environment");
        return form.Verb switch
        {
            CommandVerb.Lock => ReadLock(form, place, words[1..]),
            CommandVerb.Promote or CommandVerb.Rollback => ReadVersion(form, place, words[1..]),
            _ when words.Length > 1 => Wrong(form, $"one environment at a time, found '{Quote.Clean(words[1])}' as well"),
            _ => new CommentCommand.Asked(form.Verb, place),
        };
    }

    private static CommentCommand ReadVersion(CommandForm form, CommentPlace place, string[] words) => words switch
    {
        [] => new CommentCommand.Asked(form.Verb, place),
        [var version] when VersionLabel.IsOne(version) => new CommentCommand.Asked(form.Verb, place) { Version = version },
        [var version] => Wrong(form, $"'{Quote.Clean(version)}' cannot be a version"),
        _ => Wrong(form, $"one version at a time, found '{Quote.Clean(words[1])}' as well"),
    };

    private static CommentCommand ReadLock(CommandForm form, CommentPlace place, string[] words)
    {
        TimeSpan? duration = null;
        if (words is ["for", var text, ..])
        {
            if (!DurationText.TryParse(text, out var parsed)) return Wrong(form, $"'{Quote.Clean(text)}' is not a duration; expected {DurationText.Expected}");
            (duration, words) = (parsed, words[2..]);
        }

        var reason = string.Join(' ', PlainText.Of(string.Join(' ', words), LongestLine).Split(Spaces, StringSplitOptions.RemoveEmptyEntries));
        return reason.Length == 0
            ? Wrong(form, "the reason is missing, and whoever meets the lock will ask for it")
            : new CommentCommand.Asked(form.Verb, place) { For = duration, Reason = reason };
    }

    private static CommentPlace? PlaceOf(string word) => word.Split('/') switch
    {
        [var environment] when IsName(environment) => new CommentPlace(null, environment),
        [var application, var environment] when IsName(application) && IsName(environment) => new CommentPlace(application, environment),
        _ => null,
    };

    private static bool IsName(string text) =>
        text is { Length: > 0 and <= LongestName } && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static CommentCommand.Wrong Wrong(CommandForm form, string found) => new($"{form.Name}: {found}; write {form.Usage}");
}
