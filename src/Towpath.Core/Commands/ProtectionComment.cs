using System.Text;
using Towpath.Core.Gates;

namespace Towpath.Core.Commands;

/// <summary>What a workflow run that waits for an environment is told: the gates, in the little room that GitHub gives. It calls nobody and repeats what others wrote as text only.</summary>
public static class ProtectionComment
{
    /// <summary>GitHub's limit, in characters.</summary>
    public const int Longest = 1024;

    private const string More = "- and more: see Towpath\n";

    /// <param name="findings">One for each environment here that GitHub's stands for.</param>
    public static string Render(IReadOnlyList<ProtectionFinding> findings)
    {
        var text = new StringBuilder();
        foreach (var line in findings.SelectMany(Lines))
        {
            if (text.Length + line.Length + 1 > Longest - More.Length) return text.Append(More).ToString().TrimEnd();
            text.Append(line).Append('\n');
        }

        return text.ToString().TrimEnd();
    }

    private static IEnumerable<string> Lines(ProtectionFinding finding)
    {
        var sign = finding.State switch { ProtectionAnswerState.Open => "✓", ProtectionAnswerState.Waiting => "⏳", ProtectionAnswerState.Closed => "✗" };
        var what = finding.Version is { } version ? $" {Markdown.Link(PlainText.Of(version, 60), finding.Url)}" : "";
        yield return $"{sign} {Markdown.Code(finding.Subject, 130)}{what}: {Markdown.Text(finding.Words, 160)}";
        if (finding.WhatToDo is { } next) yield return $"- {Markdown.Text(next, 160)}";
        if (finding.Gates is not { IsOpen: false } gates) yield break;
        // What is open until some time would be another report each day, and GitHub takes ten.
        foreach (var gate in GateWords.Lines(gates with { Children = [.. gates.Children.Where(child => !child.IsOpen || child.Until is null)] }))
        {
            var indent = new string(' ', 2 * gate.Depth);
            yield return $"{indent}- {(gate.Open ? "✓" : "✗")} {Markdown.Text(gate.Text, 200)}";
            if (gate.WhatToDo is { } toDo) yield return $"{indent}  - {Markdown.Text(toDo, 200)}";
        }
    }
}

public enum ProtectionAnswerState
{
    /// <summary>The run may go on.</summary>
    Open,

    /// <summary>It may not yet.</summary>
    Waiting,

    /// <summary>It never will.</summary>
    Closed,
}

/// <summary>What was found of one environment.</summary>
/// <param name="State">Whether a run may go there.</param>
/// <param name="Subject">Which one: <c>application/environment</c>, or GitHub's name where there is none here.</param>
/// <param name="Words">In one sentence.</param>
public sealed record ProtectionFinding(ProtectionAnswerState State, string Subject, string Words)
{
    /// <summary>The environment here; null where there is none.</summary>
    public EnvironmentKey? Key { get; init; }

    public string? Version { get; init; }

    /// <summary>Of the deployment in Towpath.</summary>
    public string? Url { get; init; }

    public string? WhatToDo { get; init; }

    /// <summary>Shown while they are closed.</summary>
    public GateResult? Gates { get; init; }

    /// <summary>When its answer may change by itself; null where something will tell.</summary>
    public TimeSpan? LookAgain { get; init; }

    /// <summary>It is worth a word at GitHub; else it is only a matter of seconds.</summary>
    public bool IsTold { get; init; } = true;
}
