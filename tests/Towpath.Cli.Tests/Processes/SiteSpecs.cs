using System.IO.Compression;
using Towpath.Testing;

namespace Towpath.Cli.Tests.Processes;

/// <summary>A folder with specs of one small site and the means to build versions of it.</summary>
internal sealed class SiteSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SiteSpecs()
    {
        var ports = Ports.Free(2);
        (DevPort, ProductionPort) = (ports[0], ports[1]);
        _folder.Write("organization.yaml", "roles:\n  staff: { users: [kim] }\n");
        _folder.Write("apps/web.yaml", $$"""
            name: web
            repository: acme/web
            artifact: { kind: static-site, source: "builds/{version}.zip" }
            environments:
              dev:
                target: { kind: local-site, root: sites/dev, port: {{DevPort}} }
                verify:
                  - http: { url: "http://127.0.0.1:{{DevPort}}/", body: good, within: 1s }
              production:
                after: [dev]
                approvals: [{ role: staff }]
                target: { kind: local-site, root: sites/production, port: {{ProductionPort}} }
            """);
    }

    public string Path => _folder.Path;

    public int DevPort { get; }

    public int ProductionPort { get; }

    public string Journal => _folder[".towpath/journal/web.dev.jsonl"];

    public void Build(string version, string page)
    {
        Directory.CreateDirectory(_folder["builds"]);
        using var zip = new ZipArchive(File.Create(_folder[$"builds/{version}.zip"]), ZipArchiveMode.Create);
        var entry = zip.CreateEntry("index.html");
        entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var writer = new StreamWriter(entry.Open());
        writer.Write(page);
    }

    /// <summary>What dev would serve now, read from its folder.</summary>
    public string? OnDev() => File.Exists(_folder["sites/dev/current/index.html"]) ? File.ReadAllText(_folder["sites/dev/current/index.html"]) : null;

    public Task<Ran> DeployAsync(string version, params string[] more) => TowpathProcess.RunAsync(Path, ["deploy", "web", "--env", "dev", "--version", version, .. more]);

    public void Dispose() => _folder.Dispose();
}
