using System.CommandLine;

namespace Towpath.Cli.CommandLine;

/// <summary>How commands and options are written in help and on the reference page.</summary>
internal static class Descriptions
{
    public static IEnumerable<(string Path, Verb Command)> Leaves(Command command) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => (c is Verb verb ? [(Path(c), verb)] : Array.Empty<(string, Verb)>()).Concat(Leaves(c)));

    public static string Path(Command command) => command is RootCommand
        ? "towpath"
        : $"{Path((Command)command.Parents.First())} {command.Name}";

    public static string Spelled(Option option) =>
        string.Join(", ", [option.Name, .. option.Aliases.Where(IsUsual)])
        + (option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0 ? "" : " " + (option.HelpName ?? "VALUE"));

    /// <summary>The parser also knows <c>/?</c> and the like; nobody needs to read that.</summary>
    private static bool IsUsual(string alias) => alias.StartsWith('-') && !alias.Contains('?', StringComparison.Ordinal);

    public static string Usage(Command command)
    {
        var words = new List<string> { Path(command) };
        words.AddRange(command.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0
            ? a.Arity.MaximumNumberOfValues > 1 ? $"[{a.Name}…]" : $"[{a.Name}]"
            : a.Name));
        words.AddRange(command.Options.Where(o => o.Required).Select(Spelled));
        words.AddRange(command.Options.Where(o => !o.Required && !o.Hidden).Select(o => $"[{Spelled(o)}]"));
        return string.Join(' ', words);
    }
}
