using Towpath.Core.Targets;

namespace Towpath.Cli.Output;

/// <summary>A plan in lines for people: what is deployed, what would change, and the steps.</summary>
internal sealed class PlanText(Paint paint)
{
    public void Write(TextWriter output, PlanView plan)
    {
        foreach (var artifact in plan.Artifacts) output.WriteLine(Terminal.Clean($"{artifact.Name}: {artifact.Reference} {artifact.Digest}"));
        WriteDifferences(output, plan.Differences ?? []);
        foreach (var step in plan.Steps) output.WriteLine(Terminal.Clean($"  {step.Name} ({step.Kind}){(step.Switches ? ": the new version runs from here on" : "")}"));
        var back = string.Join(", ", plan.Rollback.Select(s => s.Name));
        output.WriteLine(Terminal.Clean(plan switch
        {
            { Rollback.Count: 0 } => "nothing is known to roll back to",
            { KnownGood: null } => $"nothing is known to roll back to; on failure, what it did is taken back: {back}",
            _ => $"on failure, back to {plan.KnownGood}: {back}",
        }));
    }

    private void WriteDifferences(TextWriter output, IReadOnlyList<Difference> differences)
    {
        foreach (var subject in differences.GroupBy(d => d.Subject, StringComparer.Ordinal))
        {
            output.WriteLine(paint.Bold(Terminal.Clean(subject.Key)));
            foreach (var difference in subject)
            {
                output.WriteLine($"  {Terminal.Clean(difference.Path)}");
                WriteLines(output, "-", difference.Before, paint.Yellow);
                WriteLines(output, "+", difference.After, paint.Green);
            }
        }
    }

    private static void WriteLines(TextWriter output, string sign, string? value, Func<string, string> paint)
    {
        if (value is null) return;
        foreach (var line in Terminal.CleanLines(value).Split('\n')) output.WriteLine(paint($"  {sign} {line}"));
    }
}
