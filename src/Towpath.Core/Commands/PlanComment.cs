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
    private const int MostNotes = 20;

    /// <param name="plan">What it would make of the configuration.</param>
    /// <param name="head">The commit.</param>
    /// <param name="bounds">How much is read of a fork.</param>
    public static string Of(ConfigurationPlan plan, string head, ForkBounds bounds) =>
        plan.IsTooLarge ? TooLarge(bounds, head) : plan.Errors.Count > 0 ? Wrong(plan.Errors, head) : Right(plan, head);

    /// <summary>For one that did change something, and does no more.</summary>
    public static string Nothing(string head) => Begin("✓ This leaves the configuration as it is", head).Append(".\n").ToString();

    private static string Wrong(IReadOnlyList<SpecError> errors, string head)
    {
        var text = Head("✗ This configuration is wrong, and would not be taken up", head);
        var left = errors.Count;
        foreach (var error in errors.Take(MostErrors))
        {
            var line = $"- {Markdown.Code($"{error.File}:{error.Line}:{error.Column}")} {Markdown.Text(error.Message, 500)}\n";
            if (text.Length + line.Length > Longest) break;
            text.Append(line);
            left--;
        }

        if (left > 0) text.Append($"- {left} more\n");
        return text.ToString();
    }

    private static string TooLarge(ForkBounds bounds, string head) => Head("There is no plan, as this is more than Towpath reads of a fork", head)
        .Append($"Of a pull request from a fork it reads the first {bounds.Listed} changed files, and up to {bounds.Files} files of the configuration that differ from those of the branch. ")
        .Append("To see the plan, do one of these:\n- bring the fork up to date with the branch, so that fewer files differ\n- make several pull requests of it\n- have somebody who may push here push it as a branch of this repository\n").ToString();

    private static string Right(ConfigurationPlan plan, string head)
    {
        var text = Head(plan.Changes.Count == 0 ? "✓ This changes nothing about any policy" : "✓ When this is merged", head);
        var notes = Notes(plan.Notes);
        var left = plan.Changes.Count;
        foreach (var change in plan.Changes)
        {
            var part = new StringBuilder($"**{Markdown.Text(change.Subject)}**\n");
            foreach (var line in change.Lines) part.Append($"- {Markdown.Text(line, 500)}\n");
            if (text.Length + part.Length + notes.Length > Longest) break;
            text.Append(part).Append('\n');
            left--;
        }

        if (left > 0) text.Append($"{left} more that change are not shown here.\n\n");
        return text.Append(notes).ToString();
    }

    private static string Notes(IReadOnlyList<PlanNote> notes)
    {
        if (notes.Count == 0) return "";
        var text = new StringBuilder("**To be known**\n");
        foreach (var note in notes.Take(MostNotes)) text.Append($"- {(note.Place is { } place ? $"{Markdown.Code(place)} " : "")}{Markdown.Text(note.Text, 500)}\n");
        if (notes.Count > MostNotes) text.Append($"- {notes.Count - MostNotes} more\n");
        return text.ToString();
    }

    private static StringBuilder Head(string title, string head) => Begin(title, head).Append(". It takes effect when it is merged, and not before.\n\n");

    private static StringBuilder Begin(string title, string head) => new StringBuilder(Marker).Append($"\n### {title}\n\nAs of {Markdown.Code(CommitName.Short(head))}");
}

/// <summary>How much is read of a pull request from a fork, whoever opened it.</summary>
/// <param name="Files">Files of the configuration.</param>
/// <param name="Listed">Files that it changes.</param>
public sealed record ForkBounds(int Files, int Listed);
