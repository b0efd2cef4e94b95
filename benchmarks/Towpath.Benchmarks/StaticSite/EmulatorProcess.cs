using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Towpath.Benchmarks.StaticSite;

/// <summary>The emulated S3, a process of its own that ends with this one.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    public const string AccessKey = "AKIATOWPATHTEST";
    public const string Secret = "towpath-test-secret";
    public const string Region = "us-east-1";

    private readonly Process _process;
    private readonly HttpClient _http = new();

    private EmulatorProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<EmulatorProcess> StartAsync(int latency, CancellationToken cancellationToken)
    {
        var program = Path.Combine(Machine.Root, "artifacts/bin/Towpath.AwsEmulator/release/Towpath.AwsEmulator");
        var process = Process.Start(new ProcessStartInfo(program, ["--port", "0", "--latency", $"{latency}", "--until-stdin-closes"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        const string begin = "listening on ";
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return line?.StartsWith(begin, StringComparison.Ordinal) == true
            ? new EmulatorProcess(process, new Uri(line[begin.Length..]))
            : throw new InvalidOperationException($"the emulator said '{line}'");
    }

    public async Task AddBucketAsync(string name, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Url, "/_emulator/state"), new JsonObject { ["s3"] = new JsonObject { ["buckets"] = new JsonObject { [name] = new JsonObject() } } }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How many requests S3 has answered so far.</summary>
    public async Task<int> RequestsAsync(CancellationToken cancellationToken)
    {
        var stats = await _http.GetFromJsonAsync<JsonObject>(new Uri(Url, "/_emulator/stats"), cancellationToken);
        return stats!["byOperation"]!.AsObject().Where(o => o.Key.StartsWith("s3:", StringComparison.Ordinal)).Sum(o => (int)o.Value!);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
