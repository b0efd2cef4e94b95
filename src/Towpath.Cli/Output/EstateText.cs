using Towpath.Aws.Bootstrap;
using Towpath.Aws.Bootstrap.Policies;

namespace Towpath.Cli.Output;

/// <summary>An estate for people: a table, then every document that is new or differs.</summary>
internal static class EstateText
{
    public static void Write(EstateReport report, bool applied, TextWriter output, Paint paint)
    {
        output.WriteLine($"account {report.Account}");
        var table = new Table("state", "what", "name", "note");
        foreach (var line in report.Lines) table.Add((Word(line), null), (line.Kind, null), (line.Name, null), (line.Words ?? line.State.Note ?? "", null));
        table.Write(output, paint);
        if (!applied)
            foreach (var line in report.Lines.Where(l => l.State.IsToDo)) Documents(line, output);
        output.WriteLine(Sum(report, applied));
    }

    private static string Word(EstateLine line) => line switch
    {
        { Failure: not null } => "failed",
        { Done: true, State.Verb: EstateVerb.Create } => "made",
        { Done: true } => "changed",
        _ => line.State.Verb switch
        {
            EstateVerb.Same => "same",
            EstateVerb.Create => "create",
            EstateVerb.Change => "change",
            EstateVerb.Fill => "to fill",
            EstateVerb.Elsewhere => "elsewhere",
            EstateVerb.Blocked => "blocked",
        },
    };

    private static void Documents(EstateLine line, TextWriter output)
    {
        foreach (var aspect in line.State.Aspects)
        {
            output.WriteLine();
            output.WriteLine(Terminal.Clean($"{line.Kind} {line.Name}: {aspect.Name}"));
            var after = PolicyText.Canonical(aspect.After);
            foreach (var text in aspect.Before is null ? after.Split('\n').Select(l => "+ " + l) : TextDiff.Of(PolicyText.Canonical(aspect.Before), after))
                output.WriteLine("  " + Terminal.Clean(text));
        }
    }

    private static string Sum(EstateReport report, bool applied)
    {
        var (done, failed, todo) = (report.Lines.Count(l => l.Done), report.Lines.Count(l => l.Failure is not null), report.Lines.Count(l => l.State.IsToDo && !l.Done));
        var people = report.Lines.Count(l => l.State.Verb is EstateVerb.Fill or EstateVerb.Blocked && l.Failure is null);
        var rest = people > 0 ? $"; {people} wait for what their note says" : "";
        if (failed > 0) return $"{done} done, {failed} failed{rest}; mend what the notes say, then call again: what is done stays done";
        if (applied) return done == 0 ? $"nothing to do{rest}" : $"{done} done{rest}";
        return todo == 0 ? $"nothing to do{rest}" : $"{todo} to do{rest}; call again with --apply";
    }
}
