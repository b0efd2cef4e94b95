using System.ComponentModel;
using Towpath.Core;
using Towpath.Core.Deployments;

namespace Towpath.Local.Verifications.Commands;

/// <summary>Runs the program and takes its exit code for the answer.</summary>
internal sealed class CommandStep(LocalOptions options, TimeProvider time) : IStep
{
    public const string Name = "verify.command";

    public string Kind => Name;

    public StepPolicy Policy { get; } = new(CommandVerification.MaximumWithin + TimeSpan.FromMinutes(5));

    public async Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var inputs = CommandInputs.Read(context.Inputs);
        // The operator may have taken it from the list since the plan was made.
        if (CommandVerification.Problem(inputs.Run, options.Limits) is { } problem) return new StepResult.Failed(problem);
        var left = inputs.Within - (time.GetUtcNow() - context.StartedAt);
        if (left <= TimeSpan.Zero) return TimeIsUp(inputs, "it was interrupted and there is no time left for another try");
        foreach (var name in inputs.Variables.Keys.Where(CommandVariables.IsReserved))
            context.Log($"the variable {PlainText.Of(name, 100)} is not given to commands");
        var lines = new LogLines(context.Log);
        try
        {
            using var folder = WorkFolder.Create(options.DataFolder, context.IdempotencyToken, inputs);
            var code = await new CommandProcess(time).RunAsync(inputs, folder.Path, left, lines, cancellationToken);
            return Answer(inputs, code, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            return new StepResult.Errored(e);
        }
    }

    private static StepResult Answer(CommandInputs inputs, int? code, LogLines lines) => code switch
    {
        0 => new StepResult.Done(),
        null => TimeIsUp(inputs, Words(lines)),
        _ => new StepResult.Failed($"{Program(inputs)} ended with exit code {code}: {Words(lines)}"),
    };

    private static StepResult.Failed TimeIsUp(CommandInputs inputs, string found) =>
        new($"{Program(inputs)} did not end within {inputs.Within.TotalSeconds:0} s: {found}");

    private static string Words(LogLines lines) => lines.Last.Length == 0 ? "it wrote nothing" : lines.Last;

    private static string Program(CommandInputs inputs) => $"'{PlainText.Of(inputs.Run[0], 200)}'";
}
