using System.CommandLine;
using System.CommandLine.Invocation;
using Towpath.Cli.Output;

namespace Towpath.Cli.CommandLine;

/// <summary>Help that opens with examples.</summary>
internal sealed class Help : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = Terminal.StandardOutput;
        if (parseResult.CommandResult.Command is RootCommand root) WriteRoot(output, root);
        else Write(output, parseResult.CommandResult.Command);
        return ExitCodes.Done;
    }

    private static void WriteRoot(TextWriter output, RootCommand root)
    {
        output.WriteLine($"Towpath {Product.Version}: {root.Description}");
        Section(output, "Examples", Tree.Examples.Select(e => (e, "")));
        Section(output, "Commands", Descriptions.Leaves(root).Select(c => (c.Path["towpath ".Length..], c.Command.Description ?? "")));
        Section(output, "Options of every command", Options(root));
        Section(output, "Environment", Tree.Variables);
        Section(output, "Exit codes", ExitCodes.Documented.Select(c => ($"{c.Code}", c.Meaning)));
    }

    private static void Write(TextWriter output, Command command)
    {
        var path = Descriptions.Path(command);
        output.WriteLine($"{path}: {command.Description}");
        var verb = command as Verb;
        if (verb is not null) Section(output, "Examples", verb.Examples.Select(e => (e, "")));
        if (verb is not null) Section(output, "Usage", [(Descriptions.Usage(command), "")]);
        Section(output, "Commands", command.Subcommands.Select(c => (c.Name, c.Description ?? "")));
        Section(output, "Arguments", command.Arguments.Select(a => (a.Name, a.Description ?? "")));
        Section(output, "Options", Options(command).Concat(verb is null ? [] : Options(Globals.Json, Globals.NoColor)));
        if (verb is not null) Section(output, "With --json", [(verb.JsonValue, "")]);
    }

    private static IEnumerable<(string, string)> Options(Command command) => Options([.. command.Options]);

    private static IEnumerable<(string, string)> Options(params Option[] options) =>
        options.Where(o => !o.Hidden).Select(o => (Descriptions.Spelled(o), (o.Required ? "(required) " : "") + o.Description));

    private static void Section(TextWriter output, string title, IEnumerable<(string Left, string Right)> rows)
    {
        (string Left, string Right)[] all = [.. rows];
        if (all.Length == 0) return;
        output.WriteLine();
        output.WriteLine($"{title}:");
        var width = all.Max(r => r.Right.Length == 0 ? 0 : r.Left.Length);
        foreach (var (left, right) in all) output.WriteLine(right.Length == 0 ? $"  {left}" : $"  {left.PadRight(width)}  {right}");
    }
}
