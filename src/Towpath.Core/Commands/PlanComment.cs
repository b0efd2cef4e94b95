using System.Text;
using Towpath.Core.Applications;

namespace Towpath.Core.Commands;

/// <summary>The one comment that a pull request of the configuration's repository gets: what it would change, or what is wrong with it. All of it is others' text, and shown as text.</summary>
public static class PlanComment
{
    /// <summary>The first line, by which the comment is found again.</summary>
    public const string Marker = "<!-- towpath:configuration-plan -->";

    private const int Longest = 60_000;
    private const int MostErrors = 50;

    public static string Wrong(IReadOnlyList<SpecError> errors, string head)
    {
        var text = Head("✗ This configuration is wrong, and would not be taken up", head);
        foreach (var error in errors.Take(MostErrors)) text.Append($"- {Markdown.Code($"{error.File}:{error.Line}:{error.Column}")} {Markdown.Text(error.Message, 500)}\n");
        if (errors.Count > MostErrors) text.Append($"- {errors.Count - MostErrors} more\n");
        return text.ToString();
    }

    /// <summary>For a pull request from a fork, whoever opened it.</summary>
    /// <param name="most">How many files are looked at of one.</param>
    /// <param name="head">The commit.</param>
    public static string TooLarge(int most, string head) => Head("This is more than Towpath looks at from a fork", head)
        .Append($"It was not looked at whole: more than {most} files of the configuration are other ones here than on the branch. Bring it up to date with the branch, take it apart, ")
        .Append("or have somebody push it as a branch of this repository; then its plan stands here.\n").ToString();

    /// <param name="changes">What changes; empty for nothing.</param>
    /// <param name="head">The commit.</param>
    /// <param name="note">What has to be said besides; null for nothing.</param>
    public static string Right(IReadOnlyList<ConfigurationDifference.Changed> changes, string head, string? note)
    {
        var text = Head(changes.Count == 0 ? "✓ This changes nothing about any policy" : "✓ When this is merged", head);
        if (note is not null) text.Append($"{Markdown.Text(note, 500)}\n\n");
        var left = changes.Count;
        foreach (var change in changes)
        {
            var part = new StringBuilder($"**{Markdown.Text(change.Subject)}**\n");
            foreach (var line in change.Lines) part.Append($"- {Markdown.Text(line, 500)}\n");
            if (text.Length + part.Length > Longest) break;
            text.Append(part).Append('\n');
            left--;
        }

        if (left > 0) text.Append($"{left} more that change are not shown here.\n");
        return text.ToString();
    }

    private static StringBuilder Head(string title, string head) => new StringBuilder(Marker).Append($"\n### {title}\n\nAs of {Markdown.Code(head.Length > 7 ? head[..7] : head)}. It takes effect when it is merged, and not before.\n\n");
}
