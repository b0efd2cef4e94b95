using System.Diagnostics;
using System.Net;
using Towpath.Testing;

namespace Towpath.Oci.Tests.Scene;

/// <summary>Debian's docker-registry as a process of its own, on a free port and an empty folder.</summary>
public sealed class Registry : IDisposable
{
    public const string User = "kim";
    public const string Password = "canary-password-7c1e";

    // What `htpasswd -nbB -C 4` makes of the two.
    private const string Htpasswd = "kim:$2b$04$W12p/wL73D9zHGJwuHurp.6OOGcF5Getl3iiKluxT8sFpr.lFqF5i";

    private readonly Process _process;
    private readonly string _folder;

    private Registry(string host, Process process, string folder) => (Host, _process, _folder) = (host, process, folder);

    /// <summary>Such as <c>127.0.0.1:41234</c>.</summary>
    public string Host { get; }

    public static async Task<Registry> StartAsync(bool password = false)
    {
        var folder = Directory.CreateTempSubdirectory("towpath-registry-").FullName;
        // The port is free now; should somebody take it before the registry does, the next one is tried.
        for (var tries = 0; ; tries++)
        {
            var host = $"127.0.0.1:{Ports.FreeRow(1)}";
            var process = Start(folder, host, password);
            if (await IsUpAsync(host, process)) return new Registry(host, process, folder);
            process.Dispose();
            Assert.True(tries < 5, "docker-registry did not start");
        }
    }

    private static Process Start(string folder, string host, bool password)
    {
        var auth = "";
        if (password)
        {
            File.WriteAllText(Path.Combine(folder, "htpasswd"), Htpasswd + "\n");
            auth = $"auth: {{ htpasswd: {{ realm: test, path: {folder}/htpasswd }} }}";
        }

        var config = Path.Combine(folder, "config.yml");
        File.WriteAllText(config, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{folder}}/data }, delete: { enabled: true } }
            http: { addr: "{{host}}", secret: test }
            {{auth}}
            """);
        var process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", config]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task<bool> IsUpAsync(string host, Process process)
    {
        using var http = new HttpClient();
        while (!process.HasExited)
        {
            try
            {
                using var response = await http.GetAsync($"http://{host}/v2/");
                return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }

        return false;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Two registries for the tests of one class: one for everybody, one that asks for a password.</summary>
public sealed class Registries : IAsyncLifetime
{
    public Registry Open { get; private set; } = null!;

    public Registry Closed { get; private set; } = null!;

    public async ValueTask InitializeAsync() => (Open, Closed) = (await Registry.StartAsync(), await Registry.StartAsync(password: true));

    public ValueTask DisposeAsync()
    {
        Open.Dispose();
        Closed.Dispose();
        return ValueTask.CompletedTask;
    }
}
