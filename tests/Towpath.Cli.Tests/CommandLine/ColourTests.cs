using System.Diagnostics;
using Towpath.Cli.Tests.Processes;

namespace Towpath.Cli.Tests.CommandLine;

/// <summary>Colours, tried with a real terminal between.</summary>
public sealed class ColourTests
{
    private const string Red = "\e[31m";

    [Fact]
    public async Task Without_a_terminal_nothing_is_coloured()
    {
        using var folder = new TemporaryFolder();
        var ran = await TowpathProcess.RunAsync(folder.Path, "status", "--url", "http://127.0.0.1:1");
        Assert.DoesNotContain('\e', ran.Output + ran.Error);
    }

    [Fact]
    public async Task On_a_terminal_an_error_is_red() =>
        Assert.Contains(Red, await OnTerminalAsync("status --url http://127.0.0.1:1"), StringComparison.Ordinal);

    [Fact]
    public async Task On_a_terminal_what_is_no_error_is_not_red() =>
        Assert.DoesNotContain(Red, await OnTerminalAsync("validate"), StringComparison.Ordinal);

    [Theory]
    [InlineData("NO_COLOR", "1", "")]
    [InlineData("TERM", "dumb", "")]
    [InlineData("TERM", "xterm", "--no-color")]
    public async Task Who_wants_none_gets_none(string variable, string value, string flag) =>
        Assert.DoesNotContain('\e', await OnTerminalAsync($"status --url http://127.0.0.1:1 {flag}", (variable, value)));

    /// <summary>util-linux's <c>script</c> gives the program a terminal and passes on what it prints.</summary>
    private static async Task<string> OnTerminalAsync(string arguments, params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("script", ["-qec", $"{TowpathProcess.Path} {arguments}", "/dev/null"])
        {
            WorkingDirectory = folder.Path, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Remove("NO_COLOR");
        start.Environment["TERM"] = "xterm";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        return (await TowpathProcess.EndAsync(process)).Output;
    }
}
