using System.Diagnostics;

namespace Towpath.Cli.Demo;

/// <summary>Runs a program to its end with an argument list, and only that.</summary>
internal static class Tool
{
    /// <returns>What it printed.</returns>
    /// <exception cref="DemoTrouble">It is missing or ended with an error.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments, folder, environment);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new DemoTrouble($"`{program} {string.Join(' ', arguments)}` ended with {process.ExitCode}: {(await errors).Trim()}");
    }

    private static Process Start(string program, IReadOnlyList<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        // Called from a git hook, the caller's repository would be used instead of ours.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal)) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new DemoTrouble($"`{program}` is needed and is not on the PATH; install it (on Debian: apt-get install {program})");
        }
    }
}
