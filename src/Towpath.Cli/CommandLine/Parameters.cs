using System.CommandLine;

namespace Towpath.Cli.CommandLine;

/// <summary>Arguments and options that several commands have, spelled the same everywhere.</summary>
internal static class Parameters
{
    public static Argument<string> Application() => new("APPLICATION") { Description = "the application's slug" };

    public static Option<string> Environment(string name = "--env", string description = "the environment") =>
        new(name) { Description = description, HelpName = "ENV", Required = true };

    public static Option<string> Specs() => Text("--specs", "DIR", "the folder with organization.yaml and apps/ (default: what towpath.yaml names, else this folder)");

    public static Option<string> Journal() => Text("--journal", "DIR", "where the journals are (default: .towpath/journal)");

    public static string JournalFolder(string? given) => Path.GetFullPath(given ?? Path.Combine(".towpath", "journal"));

    public static Option<string> Text(string name, string helpName, string description, bool required = false) =>
        new(name) { Description = description, HelpName = helpName, Required = required };
}
