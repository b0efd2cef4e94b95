using System.Diagnostics;

namespace Towpath.GitHubEmulator.Description;

/// <summary>GitHub's description as npm has it, fetched once and kept with the build's artifacts.</summary>
public static class DescriptionPackage
{
    private const string Version = "23.0.2";
    private const string Inside = "package/generated/api.github.com.json";

    private static readonly SemaphoreSlim One = new(1);

    /// <summary>The file's path.</summary>
    /// <param name="folder">Where packages are kept.</param>
    public static async Task<string> FileAsync(string folder, CancellationToken cancellationToken = default)
    {
        var own = Path.Combine(folder, $"octokit-openapi-{Version}");
        var file = Path.Combine(own, Inside);
        await One.WaitAsync(cancellationToken);
        try
        {
            if (File.Exists(file)) return file;
            // Another process may do the same: each works in a folder of its own, and the first one that is done wins.
            var work = Directory.CreateDirectory($"{own}.{Environment.ProcessId}").FullName;
            await RunAsync(work, "npm", ["pack", $"@octokit/openapi@{Version}"], cancellationToken);
            await RunAsync(work, "tar", ["-xzf", $"octokit-openapi-{Version}.tgz", Inside], cancellationToken);
            if (!Directory.Exists(own)) Directory.Move(work, own);
            else Directory.Delete(work, recursive: true);
            return file;
        }
        finally
        {
            One.Release();
        }
    }

    private static async Task RunAsync(string folder, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
    }
}
