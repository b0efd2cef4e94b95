using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;

namespace Towpath.Server.Features.Configuration;

/// <summary>
/// The git commit of the configuration folder. Whether it is committed is decided by comparing git's own names of the committed files with
/// those of the very bytes that were read: no filter, hook or monitor of that repository runs.
/// </summary>
internal sealed class GitSource(string folder, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The commit, with <c>-dirty</c> where what was read is not what it holds; null where the folder is no work tree or has no commit.</summary>
    public async Task<string?> FindAsync(IReadOnlyDictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        if (await RunAsync(["rev-parse", "--verify", "HEAD^{commit}"], cancellationToken) is not { } head) return null;
        var commit = head.Trim();
        var tree = await RunAsync(["ls-tree", "-r", "-z", commit, "--", "."], cancellationToken);
        return tree is not null && IsCommitted(files, Committed(tree)) ? commit : commit + "-dirty";
    }

    private static bool IsCommitted(IReadOnlyDictionary<string, byte[]> files, Dictionary<string, string> committed) =>
        files.All(file => committed.TryGetValue(file.Key, out var name) && string.Equals(name, NameOf(file.Value, name.Length), StringComparison.Ordinal))
        && committed.Keys.Where(ConfigurationFolder.IsSpec).All(files.ContainsKey);

    /// <summary>Blob names by path relative to the folder: <c>mode type name TAB path NUL</c>.</summary>
    private static Dictionary<string, string> Committed(string tree) => tree.Split('\0', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t', 2))
        .Where(parts => parts.Length == 2 && parts[0].Contains(" blob ", StringComparison.Ordinal))
        .ToDictionary(parts => parts[1], parts => parts[0][(parts[0].LastIndexOf(' ') + 1)..], StringComparer.Ordinal);

    private static string NameOf(byte[] content, int length)
    {
        byte[] blob = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")), .. content];
#pragma warning disable CA5350 // This is git's name for the bytes, not a protection of ours.
        return Convert.ToHexStringLower(length == 64 ? SHA256.HashData(blob) : SHA1.HashData(blob));
#pragma warning restore CA5350
    }

    private async Task<string?> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var git = Process.Start(Command(arguments));
            return git is null ? null : await ReadAsync(git, either.Token);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git on this machine: then nothing is known of a commit.
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<string?> ReadAsync(Process git, CancellationToken cancellationToken)
    {
        try
        {
            git.StandardInput.Close();
            var errors = git.StandardError.ReadToEndAsync(cancellationToken);
            var output = await git.StandardOutput.ReadToEndAsync(cancellationToken);
            await errors;
            await git.WaitForExitAsync(cancellationToken);
            return git.ExitCode == 0 ? output : null;
        }
        finally
        {
            if (!git.HasExited) git.Kill(entireProcessTree: true);
        }
    }

    private ProcessStartInfo Command(IReadOnlyList<string> arguments)
    {
        // The folder may belong to another user, which is what safe.directory is about; nothing of that repository is executed here.
        var start = new ProcessStartInfo("git")
        {
            ArgumentList = { "-C", folder, "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks" },
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        return start;
    }
}
