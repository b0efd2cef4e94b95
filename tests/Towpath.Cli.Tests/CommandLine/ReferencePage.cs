using System.Text;
using Towpath.Cli.CommandLine;

namespace Towpath.Cli.Tests.CommandLine;

/// <summary>Makes docs/reference/cli.md from the command tree.</summary>
internal static class ReferencePage
{
    public static string Write()
    {
        var page = new StringBuilder("# Command line\n\nMade from the command tree; a test keeps it so.\n\n");
        page.Append("Results go to stdout, progress and hints to stderr. Every command takes `--json` and then prints exactly one JSON value on stdout; ")
            .Append("when it fails that is `{\"error\": {\"code\", \"message\", \"what_to_do\", \"exit_code\", \"errors\", \"gates\"}}`. ")
            .Append("Nothing ever asks for input. `NO_COLOR`, `TERM=dumb` and `--no-color` turn colours off; without a terminal there are none.\n\n");
        page.Append("| exit code | meaning |\n|---|---|\n");
        foreach (var (code, meaning) in ExitCodes.Documented) page.Append($"| {code} | {meaning} |\n");
        page.Append("\n| variable | meaning |\n|---|---|\n");
        foreach (var (name, meaning) in Tree.Variables) page.Append($"| `{name}` | {meaning} |\n");
        page.Append("\nFlag goes before environment, environment before `towpath.yaml`, that before the default.\n");
        foreach (var (path, command) in Descriptions.Leaves(Tree.Build())) Command(page, path, command);
        return page.ToString();
    }

    private static void Command(StringBuilder page, string path, Verb command)
    {
        page.Append($"\n## {path}\n\n{Sentence(command.Description!)}\n\n```sh\n");
        foreach (var example in command.Examples) page.Append($"{example}\n");
        page.Append("```\n");
        if (command.Arguments.Count + command.Options.Count > 0) page.Append("\n| argument | meaning |\n|---|---|\n");
        foreach (var argument in command.Arguments) page.Append($"| `{argument.Name}` | {Cell(argument.Description)} |\n");
        foreach (var option in command.Options) page.Append($"| `{Descriptions.Spelled(option)}` | {(option.Required ? "required: " : "")}{Cell(option.Description)} |\n");
        page.Append($"\n`--json`: {command.JsonValue}\n");
    }

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";

    private static string Cell(string? text) => text!.Replace("|", "\\|", StringComparison.Ordinal);
}
