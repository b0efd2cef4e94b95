using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Towpath.Testing;

namespace Towpath.EndToEnd;

/// <summary>A control plane started with <c>towpath up</c> on the delivery example, and everybody who works with it through the command line.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private Process? _process;

    private ControlPlane(string folder, int[] ports) => (Folder, Ports) = (folder, ports);

    public string Folder { get; }

    /// <summary>The control plane's, dev's, staging's and production's.</summary>
    public int[] Ports { get; }

    public string Url => $"http://127.0.0.1:{Ports[0]}";

    /// <summary>What <c>up --json</c> said when it listened.</summary>
    public JsonElement Greeting { get; private set; }

    public Process Process => _process ?? throw new InvalidOperationException("it does not run");

    /// <summary>What every start of it is told besides.</summary>
    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <param name="prepare">What is done with its folder before it starts.</param>
    /// <param name="arguments">What every start of it is told besides.</param>
    public static async Task<ControlPlane> StartAsync(Func<ControlPlane, Task>? prepare = null, params IReadOnlyList<string> arguments)
    {
        var plane = new ControlPlane(Directory.CreateTempSubdirectory("towpath-e2e-").FullName, FreePorts()) { Arguments = arguments };
        plane.CopyExample();
        if (prepare is not null) await prepare(plane);
        await plane.UpAsync();
        return plane;
    }

    /// <summary>Starts it (again) and waits until it listens and serves.</summary>
    public async Task UpAsync(params IReadOnlyList<string> more)
    {
        _process = TowpathProcess.Start(Folder, new Dictionary<string, string>(StringComparer.Ordinal), ["up", "--json", .. Arguments, .. more]);
        var said = new ConcurrentQueue<string>();
        var drained = DrainAsync(_process.StandardError, said);
        var greeting = "";
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            greeting += line;
            if (line == "}") break;
        }

        if (!greeting.EndsWith('}'))
        {
            await drained;
            Assert.Fail($"towpath up ended before it listened: {greeting}\n{string.Join('\n', said)}");
        }

        Greeting = JsonDocument.Parse(greeting).RootElement.Clone();
        await Patience.UntilAsync(async () => (await GetAsync(Ports[1])).Status is not null, what: "dev is served");
    }

    public async Task DownAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        if (!process.HasExited) process.Stop();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.Dispose();
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Process.Dispose();
        _process = null;
    }

    public string DigestOf(string commit) =>
        "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(ArtifactOf(commit))));

    public string ArtifactOf(string commit) => Path.Combine(Folder, "files", "builds", $"{commit}.zip");

    /// <summary>What CI does once for a commit: builds the zip. Without an imprint, production will refuse it.</summary>
    public void Build(string commit, string page, bool imprint = true)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ArtifactOf(commit))!);
        using var zip = new ZipArchive(File.Create(ArtifactOf(commit)), ZipArchiveMode.Create);
        Add(zip, "index.html", $"<h1>Towing guide</h1>{page}");
        if (imprint) Add(zip, "imprint.html", "Registered office");
    }

    /// <summary>Runs a command as nobody in particular.</summary>
    public Task<Ran> RunAsync(IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments) => TowpathProcess.RunAsync(Folder, environment, arguments);

    /// <summary>Runs a command as somebody; <c>administrator</c> uses the token that the first start left in the folder.</summary>
    public async Task<Ran> AsAsync(string user, params IReadOnlyList<string> arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (user != "administrator") environment["TOWPATH_TOKEN"] = await TokenOfAsync(user);
        return await TowpathProcess.RunAsync(Folder, environment, arguments);
    }

    /// <summary>As <see cref="AsAsync"/> with <c>--json</c>; the exit code must be this one.</summary>
    public async Task<JsonElement> JsonAsync(string user, int exitCode, params IReadOnlyList<string> arguments)
    {
        var ran = await AsAsync(user, [.. arguments, "--json"]);
        Assert.True(ran.ExitCode == exitCode, $"{string.Join(' ', arguments)} ended with {ran.ExitCode}: {ran.Output}{ran.Error}");
        return JsonDocument.Parse(ran.Output).RootElement.Clone();
    }

    public static async Task<(HttpStatusCode? Status, string Body)> GetAsync(int port, string path = "")
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{path}"), TestContext.Current.CancellationToken);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            return (null, "");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<string> TokenOfAsync(string user)
    {
        if (_tokens.TryGetValue(user, out var known)) return known;
        var ran = await AsAsync("administrator", "token", "create", "--user", user, "--name", "test");
        Assert.True(ran.ExitCode == 0, ran.Error);
        return _tokens[user] = ran.Output.Trim();
    }

    private void CopyExample()
    {
        var example = Path.Combine(Checkout.Root, "examples", "delivery");
        string[] written = ["8470", "8081", "8082", "8083"];
        foreach (var file in Directory.EnumerateFiles(example, "*.yaml", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            for (var i = 0; i < written.Length; i++) text = text.Replace(written[i], $"{Ports[i]}", StringComparison.Ordinal);
            var copy = Path.Combine(Folder, Path.GetRelativePath(example, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllText(copy, text);
        }
    }

    /// <summary>A full pipe would stop the server.</summary>
    private static async Task DrainAsync(StreamReader reader, ConcurrentQueue<string> said)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line) said.Enqueue(line);
    }

    private static int[] FreePorts() => Testing.Ports.Free(4);

    private static void Add(ZipArchive zip, string name, string text)
    {
        var entry = zip.CreateEntry(name);
        entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var writer = new StreamWriter(entry.Open());
        writer.Write(text);
    }
}
