using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Towpath.Benchmarks.CommandLine;

/// <summary>The resident memory of <c>towpath up</c> with one application, ten seconds after it is ready and idle.</summary>
internal static class ServerAtRest
{
    private const double Target = 160;

    public static async Task<bool> MeasureAsync(string towpath, string specs, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(specs, "server");
        SpecFolder.Write(folder, 1);
        var url = $"http://127.0.0.1:{FreePort()}";
        await File.WriteAllTextAsync(Path.Combine(folder, "towpath.yaml"), $"urls: {url}\nallow: {{ folders: [sites], private_addresses: [127.0.0.1] }}\n", cancellationToken);
        using var process = Process.Start(new ProcessStartInfo(towpath, ["up", "--config", Path.Combine(folder, "towpath.yaml")])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await ReadyAsync(url, process, cancellationToken);
            await Clock.Wait(10_000, cancellationToken);
            return Print(process.Id);
        }
        finally
        {
            await EndAsync(process);
        }
    }

    private static bool Print(int id)
    {
        var kibibytes = double.Parse(Machine.Field($"/proc/{id}/status", "VmRSS")!.Split(' ')[0], CultureInfo.InvariantCulture);
        var megabytes = kibibytes * 1024 / 1_000_000;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{"server at rest, resident (MB)",-34} {megabytes,10:0} {"",10}  ≤ {Target} {(megabytes <= Target ? "reached" : "MISSED")}"));
        return megabytes <= Target;
    }

    private static async Task ReadyAsync(string url, Process process, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var tries = 0; tries < 150; tries++)
        {
            if (process.HasExited) throw new InvalidOperationException($"towpath up ended with {process.ExitCode} before it was ready");
            try
            {
                if ((await client.GetAsync(new Uri($"{url}/readyz"), cancellationToken)).IsSuccessStatusCode) return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // It does not listen yet.
            }

            await Clock.Wait(200, cancellationToken);
        }

        throw new TimeoutException($"{url}/readyz did not answer within 30 seconds");
    }

    /// <summary>SIGTERM, as an operator would.</summary>
    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited) Machine.Output("kill", [process.Id.ToString(CultureInfo.InvariantCulture)]);
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), Clock.Time);
        }
        catch (TimeoutException)
        {
            process.Kill();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
