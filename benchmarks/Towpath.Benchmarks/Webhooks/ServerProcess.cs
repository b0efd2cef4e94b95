using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Towpath.Benchmarks.Webhooks;

/// <summary>A server that takes webhooks, in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _log;

    private ServerProcess(Process process, string log, IPEndPoint address, string path) => (_process, _log, Address, Path) = (process, log, address, path);

    public IPEndPoint Address { get; }

    public string Path { get; }

    /// <summary>The most memory that it ever had, in MB.</summary>
    public double PeakMegabytes => double.Parse(Machine.Field($"/proc/{_process.Id}/status", "VmHWM")!.Split(' ')[0], CultureInfo.InvariantCulture) * 1024 / 1_000_000;

    /// <summary>What it has taken up to now, kernel's part included.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<ServerProcess> TowpathAsync(
        string folder, string database, string settings, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var port = FreePort();
        Directory.CreateDirectory(System.IO.Path.Combine(folder, "apps"));
        await File.WriteAllTextAsync(System.IO.Path.Combine(folder, "organization.yaml"), "roles: { administrator: { users: [bench] } }\n", cancellationToken);
        await File.WriteAllTextAsync(System.IO.Path.Combine(folder, "towpath.yaml"), $"urls: http://127.0.0.1:{port}\n{settings}", cancellationToken);
        var start = new ProcessStartInfo(System.IO.Path.Combine(Machine.Root, "towpath"), ["up", "--config", System.IO.Path.Combine(folder, "towpath.yaml"), "--database", database]) { WorkingDirectory = folder };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return await StartAsync(start, folder, port, "/webhooks/github", "/readyz", cancellationToken);
    }

    /// <summary>A control plane that takes webhooks.</summary>
    public static async Task<ServerProcess> TowpathAsync(string folder, string database, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(System.IO.Path.Combine(folder, "secret"), Payloads.Secret + "\n", cancellationToken);
        return await TowpathAsync(folder, database, "github: { webhook_secret: \"file:secret\" }\n", new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken);
    }

    /// <summary>Probot as its documentation starts it, with an app that listens to pushes and does nothing.</summary>
    public static async Task<ServerProcess> ProbotAsync(string folder, string packages, CancellationToken cancellationToken)
    {
        var port = FreePort();
        Directory.CreateDirectory(folder);
        var script = System.IO.Path.Combine(packages, "probot.mjs");
        File.Copy(System.IO.Path.Combine(Machine.Root, "benchmarks/Towpath.Benchmarks/Webhooks/probot.mjs"), script, overwrite: true);
        var start = new ProcessStartInfo("node", [script]) { WorkingDirectory = packages };
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["WEBHOOK_SECRET"] = Payloads.Secret;
        start.Environment["NODE_ENV"] = "production";
        start.Environment["LOG_LEVEL"] = "fatal";
        return await StartAsync(start, folder, port, "/api/github/webhooks", "/ping", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Machine.Output("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        try
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30), Clock.Time);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(ProcessStartInfo start, string folder, int port, string path, string ready, CancellationToken cancellationToken)
    {
        var log = System.IO.Path.Combine(folder, "server.log");
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        var process = Process.Start(start)!;
        DataReceivedEventHandler write = (_, line) =>
        {
            if (line.Data is not null) lock (start) File.AppendAllText(log, line.Data + "\n");
        };
        process.OutputDataReceived += write;
        process.ErrorDataReceived += write;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, log, new IPEndPoint(IPAddress.Loopback, port), path);
        await server.ReadyAsync(new Uri($"http://127.0.0.1:{port}{ready}"), cancellationToken);
        return server;
    }

    private async Task ReadyAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var tries = 0; tries < 300; tries++)
        {
            if (_process.HasExited) throw new InvalidOperationException($"the server ended with {_process.ExitCode}; see {_log}: {(File.Exists(_log) ? await File.ReadAllTextAsync(_log, cancellationToken) : "")}");
            try
            {
                using var answer = await client.GetAsync(url, cancellationToken);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // It does not listen yet.
            }

            await Clock.Wait(200, cancellationToken);
        }

        throw new TimeoutException($"{url} did not answer within a minute; see {_log}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
