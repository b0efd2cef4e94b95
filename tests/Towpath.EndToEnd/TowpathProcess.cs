using System.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>The real program in a process of its own.</summary>
internal static class TowpathProcess
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "towpath");

    public static async Task<Ran> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        using var process = Start(folder, environment, arguments);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    public static Process Start(string folder, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in (string[])["TOWPATH_URL", "TOWPATH_TOKEN", "NO_COLOR"]) start.Environment.Remove(name);
        // Nobody's own account is ever reached from here.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("AWS_", StringComparison.Ordinal) || n.StartsWith("ACTIONS_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static async Task<Ran> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ran(process.ExitCode, await output, await error);
    }
}

internal sealed record Ran(int ExitCode, string Output, string Error);
