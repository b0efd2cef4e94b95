using System.Diagnostics;

namespace Towpath.Engine.Tests.Storage;

/// <summary>A private PostgreSQL that <c>tests/postgres.sh</c> starts and stops.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _folder;

    private PostgresCluster(string folder, string connectionString)
    {
        _folder = folder;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public static async Task<PostgresCluster> StartAsync(params string[] settings)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"towpath-pg-{Guid.CreateVersion7():N}");
        return new PostgresCluster(folder, await RunAsync(["start", folder, .. settings]));
    }

    /// <summary>Ends it as a crash would and starts it again.</summary>
    public Task RestartAsync() => RunAsync(["restart", _folder]);

    /// <summary>Ends it as a crash would, until it is started again.</summary>
    public Task StopAsync() => RunAsync(["stop", _folder]);

    public Task StartAgainAsync() => RunAsync(["resume", _folder]);

    public async ValueTask DisposeAsync()
    {
        await RunAsync(["stop", _folder]);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "postgres.sh");
        using var process = Process.Start(new ProcessStartInfo("sh", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })
            ?? throw new InvalidOperationException("sh does not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{script} {arguments[0]}: {await errors}");
    }
}
