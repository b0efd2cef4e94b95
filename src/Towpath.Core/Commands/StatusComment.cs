using System.Text;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;

namespace Towpath.Core.Commands;

/// <summary>
/// The one comment that a pull request gets, edited in place: each environment with its gates, its steps and where to look. It calls nobody and repeats
/// nothing of what others wrote but as text or code.
/// </summary>
public static class StatusComment
{
    /// <summary>GitHub takes 65,536 characters; whatever comes close is cut before that.</summary>
    private const int Longest = 60_000;

    private const int MostSteps = 40;
    private const int MostGates = 40;
    private const int LongestNote = 1000;

    /// <summary>The first line, by which the comment is found again.</summary>
    public const string Marker = "<!-- towpath:status -->";

    /// <param name="reports">One for each environment; the order is kept.</param>
    /// <param name="notes">What was asked last and what became of it, in plain text, newest first.</param>
    /// <param name="help">Whether the commands are shown as well.</param>
    public static string Render(IReadOnlyList<StatusReport> reports, IReadOnlyList<string> notes, bool help = false)
    {
        var text = new StringBuilder(Marker).Append('\n');
        if (notes is [var only]) text.Append('\n').Append(Markdown.Text(only, LongestNote)).Append('\n');
        else if (notes.Count > 0) text.Append('\n').AppendJoin("", notes.Select(note => $"- {Markdown.Text(note, LongestNote)}\n"));
        var left = reports.Count;
        foreach (var report in reports)
        {
            var section = Section(report);
            if (text.Length + section.Length > Longest) break;
            text.Append('\n').Append(section);
            left--;
        }

        if (left > 0) text.Append($"\n{left} more {(left == 1 ? "environment is" : "environments are")} not shown here.\n");
        if (help) text.Append('\n').Append(Help());
        if (reports.Count == 0 && notes.Count == 0 && !help) text.Append("\nNothing was deployed from this pull request yet. `/help` shows what can be asked.\n");
        return text.ToString();
    }

    private static string Help()
    {
        var text = new StringBuilder("| write | to |\n|---|---|\n");
        foreach (var form in CommandForms.All) text.Append($"| `{form.Usage}` | {form.Meaning} |\n");
        return text.Append("\n`ENV` is an environment, or `APPLICATION/ENV` where the repository has several applications. The command stands on the first line.\n").ToString();
    }

    private static string Section(StatusReport report)
    {
        var text = new StringBuilder()
            .Append($"### {Sign(report.Phase)} {Markdown.Code(report.Key.ToString())}: {Words.Of(report.Phase)}\n\n")
            .Append($"{Markdown.Link(report.Version, report.Url)} of {Markdown.Code(CommitName.Short(report.Commit))}");
        if (report.Branch is { } branch) text.Append($" on {Markdown.Code(branch, 100)}");
        text.Append($", asked for by {Markdown.Code(report.RequestedBy, 60)}; since {report.At.ToUniversalTime():yyyy-MM-dd HH:mm} UTC.\n");
        if (report.CommitMessage is { Length: > 0 } message) text.Append($"> {Markdown.Text(FirstLine(message), 120)}\n");
        if (report.Outcome is { Length: > 0 } outcome) text.Append($"\n**{Markdown.Text(outcome, 500)}**\n");
        if (report.EnvironmentUrl is { } url && Markdown.Link("See it", url) is ['[', ..] link) text.Append($"\n{link}\n");
        Gates(text, report);
        Steps(text, report.Steps);
        return text.ToString();
    }

    private static void Gates(StringBuilder text, StatusReport report)
    {
        if (report.Gates is not { } gates) return;
        if (GateWords.WaitsFor(gates) is { } waits && !report.Phase.IsTerminal()) text.Append($"\nWaits for {Markdown.Text(waits, 500)}.\n");
        var lines = GateWords.Lines(gates);
        text.Append('\n');
        foreach (var line in lines.Take(MostGates))
        {
            text.Append($"{Indent(line.Depth)}- {(line.Open ? "✓" : "✗")} {Markdown.Text(line.Text, 300)}\n");
            if (line.WhatToDo is { } what) text.Append($"{Indent(line.Depth + 1)}- {Markdown.Text(what, 300)}\n");
        }

        if (lines.Count > MostGates) text.Append($"- {lines.Count - MostGates} more\n");
    }

    private static void Steps(StringBuilder text, IReadOnlyList<StatusStep> steps)
    {
        if (steps.Count == 0) return;
        text.Append("\n| step | |\n|---|---|\n");
        foreach (var step in steps.Take(MostSteps))
            text.Append($"| {Markdown.Text(step.Name, 80)} | {Word(step.Status)}{(step.Detail is { Length: > 0 } detail ? $": {Markdown.Text(detail, 200)}" : "")} |\n");
        if (steps.Count > MostSteps) text.Append($"| {steps.Count - MostSteps} more | |\n");
    }

    // Signs and words, since colours alone say nothing to some.
    private static string Sign(Phase phase) => phase switch
    {
        Phase.Succeeded => "✅",
        Phase.Failed or Phase.RolledBack or Phase.RollbackFailed => "❌",
        Phase.NeedsAttention => "⚠️",
        Phase.Waiting or Phase.Queued => "⏳",
        Phase.Running or Phase.Verifying or Phase.RollingBack => "🚚",
        Phase.Cancelled or Phase.Superseded => "⏹️",
    };

    private static string Word(StepStatus status) => status switch
    {
        StepStatus.Pending => "not yet",
        StepStatus.Running => "running",
        StepStatus.Done => "done",
        StepStatus.Failed => "failed",
        StepStatus.Errored => "erred, is tried again",
        StepStatus.Skipped => "skipped",
    };

    private static string Indent(int depth) => new(' ', 2 * depth);

    private static string FirstLine(string text) => text.AsSpan().TrimStart().ToString().Split('\n', 2)[0];
}
