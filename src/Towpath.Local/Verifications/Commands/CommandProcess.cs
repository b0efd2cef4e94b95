using System.Diagnostics;

namespace Towpath.Local.Verifications.Commands;

/// <summary>
/// Runs one program in a session of its own. The session ends with the program, with its time limit, with cancellation, and,
/// since its watcher reads from a pipe that only we hold open, with this process, however that ends.
/// </summary>
internal sealed class CommandProcess(TimeProvider time)
{
    // The words of the command come as arguments after it; this text never changes.
    private const string Watched = "exec 3<&0; { read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 & exec \"$@\" 3<&- </dev/null";
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    /// <returns>The exit code; null when it was ended at its time limit.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the program is gone.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    public async Task<int?> RunAsync(CommandInputs inputs, string folder, TimeSpan left, LogLines lines, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Start(inputs, folder);
        using var drained = new CancellationTokenSource();
        var reading = Task.WhenAll(
            lines.ReadAsync(process.StandardOutput.BaseStream, drained.Token), lines.ReadAsync(process.StandardError.BaseStream, drained.Token));
        try
        {
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await EndAsync(process);
            await DrainAsync(reading, drained);
        }
    }

    internal static Process Start(CommandInputs inputs, string folder)
    {
        var start = new ProcessStartInfo("/usr/bin/setsid")
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var word in (string[])["/bin/sh", "-c", Watched, "sh", .. inputs.Run]) start.ArgumentList.Add(word);
        start.Environment.Clear();
        foreach (var (name, value) in CommandVariables.For(folder, inputs.Variables)) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("a new process always starts");
    }

    /// <summary>Ends the session with all that the program left behind in it, the watcher too.</summary>
    private static async Task EndAsync(Process process)
    {
        // The watcher keeps the group's number from being given to anybody else.
        Posix.KillGroup(process.Id);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>What has left the session may hold the pipes open for ever.</summary>
    private async Task DrainAsync(Task reading, CancellationTokenSource drained)
    {
        try
        {
            await reading.WaitAsync(DrainLimit, time);
        }
        catch (TimeoutException)
        {
            await drained.CancelAsync();
        }
        catch (IOException)
        {
            // The pipe broke with the program; what was read has been logged.
        }
    }
}
