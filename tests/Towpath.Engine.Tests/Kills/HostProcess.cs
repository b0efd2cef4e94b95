using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Towpath.Engine.Tests.Kills;

/// <summary>One start of the kill host: a real process that real signals reach.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    public const int Killed = 128 + 9;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private HostProcess(string verb, IEnumerable<string> settings)
    {
        // artifacts/bin/PROJECT/CONFIGURATION: the host lies beside the tests.
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.Combine(own.Parent!.Parent!.FullName, "Towpath.KillHost", own.Name, "Towpath.KillHost");
        var start = new ProcessStartInfo(program, [verb, .. settings]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public static HostProcess Start(string verb, IEnumerable<string> settings) => new(verb, settings);

    /// <summary>Runs it to its end, whatever that is.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string verb, IEnumerable<string> settings)
    {
        await using var host = new HostProcess(verb, settings);
        return (await host.EndAsync(), host.Output);
    }

    public async Task<int> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <param name="name">Such as <c>STOP</c>.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }
}
