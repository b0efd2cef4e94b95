using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Sites;
using Towpath.Core.Targets;

namespace Towpath.Local.Verifications.Commands;

/// <summary>Proves a deployment by running a program that the operator allows.</summary>
internal sealed class CommandVerification : IVerification
{
    public static readonly TimeSpan MaximumWithin = TimeSpan.FromHours(6);
    private const int MaximumFileBytes = 1 << 20;

    public string Kind => "command";

    public Rule.Mapping Grammar { get; } = new(
        new Key("run", new Rule.ListOf(new Rule.Text()) { MinimumCount = 1 }, "The program, which the operator must allow, and its arguments; no shell reads them.", Required: true),
        new Key("files", new Rule.ListOf(new Rule.Text(), OrOne: true), "Files from beside the spec that lie in the empty folder it runs in."),
        new Key("within", new Rule.Duration(), "How long it may run; 5m where absent."));

    public IReadOnlyList<string> Check(EnvironmentKey key, VerificationSpec verification, OperatorLimits limits)
    {
        var run = Settings.List(verification.Settings, "run");
        var problems = new List<string>();
        if (Problem(run, limits) is { } problem) problems.Add(problem);
        foreach (var file in verification.Files.Keys)
            if (EntryNames.Unsafe(file) is { } reason) problems.Add($"`files`: '{PlainText.Of(file, 200)}' cannot be used: {reason}");
        if (verification.Files.Values.Sum(text => (long)text.Length) > MaximumFileBytes) problems.Add($"`files` are longer than {MaximumFileBytes} characters together");
        if (Settings.Seconds(verification.Settings, "within", CommandInputs.DefaultWithin) > MaximumWithin)
            problems.Add($"`within` is longer than {MaximumWithin.TotalHours:0} hours");
        return problems;
    }

    public PlanStep Plan(VerificationSpec verification, PlanRequest request, int ordinal) => new(
        $"{Kind}-{ordinal + 1}", CommandStep.Name, Stage.Verify, Switches: false, CommandInputs.Read(verification, request).ToJson());

    /// <returns>Null where the operator allows the program, else what is wrong.</returns>
    public static string? Problem(IReadOnlyList<string> run, OperatorLimits limits)
    {
        if (run.Count == 0 || run[0].Length == 0) return "`run` is empty; write the program and its arguments as a list";
        if (run.Any(word => word.Contains('\0'))) return "`run` holds a NUL character";
        return limits.Commands.Contains(run[0], StringComparer.Ordinal)
            ? null
            : $"the command '{PlainText.Of(run[0], 200)}' is not among those that the operator allows "
                + $"({(limits.Commands.Count == 0 ? "none" : string.Join(", ", limits.Commands))}); let them add it to `allow: {{ commands: […] }}` in towpath.yaml";
    }
}
