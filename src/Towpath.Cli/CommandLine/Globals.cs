using System.CommandLine;

namespace Towpath.Cli.CommandLine;

/// <summary>Options of every command.</summary>
internal static class Globals
{
    public static Option<bool> Json { get; } = new("--json") { Description = "print one JSON value on stdout", Recursive = true };

    public static Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "no colours (as NO_COLOR and TERM=dumb)",
        Recursive = true,
    };
}
