using System.Text;
using Towpath.Core.Deployments;

namespace Towpath.Core.Tests.Deployments;

/// <summary>Writes what the machine does as a text that somebody who does not program can review.</summary>
internal static class TransitionTable
{
    public static string Write()
    {
        var text = new StringBuilder("What becomes of a deployment: in each state, what each event does. Events that change nothing are listed last, with the reason.\n");
        foreach (var (name, state) in MachineCases.States) Write(text, name, state);
        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, Deployment state)
    {
        text.Append($"\n{name}\n");
        var decisions = MachineCases.Events.Select(e => (e.Name, e.Event, Decision: DeploymentMachine.Apply(state, e.Event))).ToList();
        foreach (var (eventName, _, decision) in decisions)
            if (decision is Next next) text.Append($"  {eventName,-26} -> {Describe(state, next)}\n");
        var refused = decisions.Where(d => d.Decision is Refused).GroupBy(d => Reason(d.Event, d.Decision), StringComparer.Ordinal);
        foreach (var group in refused) text.Append($"  refused: {string.Join(" | ", group.Select(d => d.Name))}\n           \"{group.Key}\"\n");
    }

    private static string Reason(DeploymentEvent happened, Decision refused) =>
        ((Refused)refused).Reason.Replace(happened.Name, "(it)", StringComparison.Ordinal);

    private static string Describe(Deployment before, Next next)
    {
        List<string> parts = [Place(next.Deployment)];
        if (next.Deployment.Switched && !before.Switched) parts.Add("switched from here on");
        parts.AddRange(next.Effects.Select(Describe));
        if (next.Deployment.Outcome is { } outcome && !string.Equals(outcome, before.Outcome, StringComparison.Ordinal)) parts.Add($"\"{outcome}\"");
        return string.Join("; ", parts);
    }

    private static string Place(Deployment deployment)
    {
        var phase = Words.Of(deployment.Phase).ToUpperInvariant();
        if (deployment.Attention is { } attention) return $"{phase}, goes on in {Words.Of(attention.ResumesIn)} when retried ({attention.WhatToDo})";
        return deployment.CurrentStep is { } step && deployment.CurrentRecord is { } record
            ? $"{phase} step {step.Name} attempt {record.Attempt}{(record.Errors > 0 ? $" errors {record.Errors}" : "")}{(record.Status == StepStatus.Running ? "" : $" ({record.Status})")}"
            : phase;
    }

    private static string Describe(Effect effect) => effect switch
    {
        Effect.EnterLine e => $"enters the line (needs {e.Capability})",
        Effect.LeaveLine => "leaves the line",
        Effect.LookAgain e => $"looked at again at {e.At:HH:mm:ss}",
        Effect.Rest => "rests until woken",
        Effect.Wake => "woken",
        Effect.EvaluateWaiting => "gates of waiting ones are looked at",
        Effect.EvaluateSelf e => e.At is { } at ? $"own gates are looked at at {at:HH:mm:ss}" : "own gates are looked at",
        Effect.SuspendAutomation => "automatic promotion suspended",
        Effect.NowUnknown => "board: what runs is not known",
        Effect.NowRuns e => $"board: {e.Version.Version} runs{(e.Succeeded ? " and is known good" : "")}",
        Effect.Prune => "old releases may be pruned",
        _ => effect.GetType().Name,
    };
}
