using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Towpath.Cli.Demo;

/// <summary>The control plane in a process of its own, as an operator would run it.</summary>
internal sealed partial class DemoServer : IAsyncDisposable
{
    private const int SigTerm = 15;
    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly StringBuilder _log = new();

    private DemoServer(Process process, TimeProvider time) => (_process, _time) = (process, time);

    public static async Task<DemoServer> StartAsync(DemoFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath ?? throw new DemoTrouble("this process does not know its own program");
        var start = new ProcessStartInfo(program, ["up", "--config", folder.Settings, "--data", folder.Data])
        {
            WorkingDirectory = folder.Delivery, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        // Started as `dotnet towpath.dll`, the program alone is not enough.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Insert(0, Path.Combine(AppContext.BaseDirectory, "towpath.dll"));
        var server = new DemoServer(Process.Start(start)!, time);
        server.CollectLog();
        await server.UntilReadyAsync(folder, cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            if (_process.HasExited) return;
            // As an operator stops it; a demo that hangs over its own clean-up would be worse than a killed server.
            _ = Kill(_process.Id, SigTerm);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), _time);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
    }

    private void CollectLog()
    {
        void Add(object sender, DataReceivedEventArgs line)
        {
            lock (_log) _log.AppendLine(line.Data);
        }

        _process.OutputDataReceived += Add;
        _process.ErrorDataReceived += Add;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task UntilReadyAsync(DemoFolder folder, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = folder.ControlPlane, Timeout = TimeSpan.FromSeconds(5) };
        var end = _time.GetUtcNow() + TimeSpan.FromSeconds(30);
        while (_time.GetUtcNow() < end && !_process.HasExited)
        {
            if (await AnswersAsync(http, cancellationToken) && File.Exists(folder.TokenFile)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), _time, cancellationToken);
        }

        string log;
        lock (_log) log = _log.ToString();
        await DisposeAsync();
        throw new DemoTrouble($"the control plane did not start:\n{log}");
    }

    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("readyz", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
