using System.CommandLine;
using Towpath.Cli.Output;

namespace Towpath.Cli.CommandLine;

/// <summary>A call that could not be understood: the error and one hint, not the whole help.</summary>
internal static class ParseErrors
{
    public static Failure Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unmatched = parsed.UnmatchedTokens is [var first, ..] ? first : null;
        if (unmatched is null && parsed.Tokens.Count == 0) return Wrong("no command was given", "see `towpath --help`");
        if (unmatched is null) return Wrong(Message(parsed, command), $"see `{Path(parsed)} --help`");
        var suggestion = Suggestions.For(unmatched, Candidates(command, unmatched));
        return Wrong(
            $"{What(command, unmatched)} '{unmatched}'",
            suggestion is null ? $"see `{Path(parsed)} --help`" : $"did you mean `{Path(parsed)} {suggestion}`?");
    }

    private static Failure Wrong(string message, string hint) => new(ExitCodes.Wrong, "bad_call", message, hint);

    private static string What(Command command, string token) =>
        token.StartsWith('-') ? "unknown option" : command.Subcommands.Count > 0 ? "unknown command" : "unexpected argument";

    private static string Message(ParseResult parsed, Command command) =>
        command.Subcommands.Count > 0
            ? $"which command of `{Path(parsed)}`? There are: {string.Join(", ", command.Subcommands.Select(c => c.Name))}"
            : string.Join("; ", parsed.Errors.Select(error => Friendly(error.Message)));

    private static string Friendly(string message) => message.TrimEnd('.') switch
    {
        var m when m.StartsWith("Option '", StringComparison.Ordinal) && m.EndsWith("' is required", StringComparison.Ordinal) =>
            $"{m["Option '".Length..^"' is required".Length]} is missing",
        // "Required argument 'APPLICATION' missing for command: 'promote'"
        var m when m.StartsWith("Required argument '", StringComparison.Ordinal) => $"{m.Split('\'')[1]} is missing",
        var m => m,
    };

    private static IEnumerable<string> Candidates(Command command, string token) => token.StartsWith('-')
        ? command.Options.Concat([Globals.Json, Globals.NoColor]).Select(o => o.Name)
        : command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult) names.Insert(0, at.Command.Name);
        names[0] = "towpath";
        return string.Join(' ', names);
    }
}
