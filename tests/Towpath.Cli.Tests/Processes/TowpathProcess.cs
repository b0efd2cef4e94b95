using System.Diagnostics;

namespace Towpath.Cli.Tests.Processes;

/// <summary>Runs the real program in a process of its own, without a terminal.</summary>
internal static class TowpathProcess
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "towpath");

    public static async Task<Ran> RunAsync(string folder, params string[] arguments) => await RunAsync(folder, new Dictionary<string, string?>(StringComparer.Ordinal), arguments);

    public static async Task<Ran> RunAsync(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        using var process = Start(folder, environment, arguments);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    public static Process Start(string folder, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in (string[])["TOWPATH_URL", "TOWPATH_TOKEN", "NO_COLOR", "TOWPATH_DEBUG", "GITHUB_ACTOR"]) start.Environment.Remove(name);
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

/// <summary>What a process left behind.</summary>
internal sealed record Ran(int ExitCode, string Output, string Error);
