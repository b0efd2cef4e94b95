using System.Diagnostics;
using System.Text.RegularExpressions;
using Towpath.Engine.Tests.Storage;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Kills;

/// <summary>
/// Where one of two parallel rows of cases runs: a prepared state, in which v1 stands on the site and others wait in line, that is copied for each case,
/// and a port of its own.
/// </summary>
internal sealed partial class Lane : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("towpath-kills-");
    private readonly PostgresServer? _postgres;
    private readonly string _subject;
    private readonly int _port = Ports.FreeRow(1);
    private string? _prepared;
    private int _cases;

    private Lane(PostgresServer? postgres, string subject) => (_postgres, _subject) = (postgres, subject);

    /// <param name="postgres">Null for SQLite.</param>
    /// <param name="versions">What stands in line behind v1, the first of which is killed at.</param>
    public static async Task<Lane> PrepareAsync(PostgresServer? postgres, params string[] versions)
    {
        var lane = new Lane(postgres, versions[0]);
        if (postgres is not null) lane._prepared = await postgres.CreateEmptyAsync();
        var prepared = new Case(lane, Path.Combine(lane._root.FullName, "prepared"), lane._prepared);
        await prepared.MustAsync("ask", "versions=v1");
        await prepared.MustAsync("run");
        await prepared.MustAsync("ask", $"versions={string.Join(',', versions)}");
        File.Delete(prepared.Switches);
        return lane;
    }

    public async Task<Case> CopyAsync()
    {
        var folder = Path.Combine(_root.FullName, $"case-{_cases++}");
        using var copy = Process.Start("cp", ["-a", Path.Combine(_root.FullName, "prepared"), folder]);
        await copy.WaitForExitAsync();
        return new Case(this, folder, _prepared is null ? null : await _postgres!.CopyAsync(_prepared));
    }

    public void Dispose() => _root.Delete(recursive: true);

    [GeneratedRegex("points=(?<count>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Points();

    /// <summary>One copy of the prepared state.</summary>
    internal sealed class Case(Lane lane, string folder, string? connectionString)
    {
        public string Database => connectionString ?? $"sqlite:{Path.Combine(folder, "towpath.db")}";

        public string Switches => Path.Combine(folder, "switches.log");

        public string Site => Path.Combine(folder, "site-1");

        public Task<(int ExitCode, string Output)> RunAsync(string verb, params string[] more) => HostProcess.RunAsync(
            verb, [$"database={Database}", $"folder={folder}", $"artifacts={lane._root.FullName}/artifacts", $"port={lane._port}", $"subject={lane._subject}", .. more]);

        /// <returns>How many kill points it passed.</returns>
        public async Task<int> MustAsync(string verb, params string[] more)
        {
            var (exitCode, output) = await RunAsync(verb, more);
            Assert.True(exitCode == 0, $"{verb} ended with {exitCode}:\n{output}");
            return Points().Match(output) is { Success: true } match ? int.Parse(match.Groups["count"].Value) : 0;
        }
    }
}
