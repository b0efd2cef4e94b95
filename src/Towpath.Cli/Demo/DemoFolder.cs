using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Towpath.Cli.Demo;

/// <summary>Everything that the demo makes, in one folder: the site's repository, the specs, the control plane's data.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly bool _keep;

    public DemoFolder(bool keep)
    {
        _keep = keep;
        Root = Directory.CreateTempSubdirectory("towpath-demo-").FullName;
        Ports = FreePorts(4);
        Unpack();
        Directory.CreateDirectory(Path.Combine(Delivery, "files", "builds"));
    }

    public string Root { get; }

    public string Site => Path.Combine(Root, "docs-site");

    public string Delivery => Path.Combine(Root, "delivery");

    public string Settings => Path.Combine(Delivery, "towpath.yaml");

    public string Data => Path.Combine(Delivery, ".towpath");

    public string TokenFile => Path.Combine(Data, "admin.token");

    /// <summary>The control plane's, then dev's, staging's and production's.</summary>
    public IReadOnlyList<int> Ports { get; }

    public Uri ControlPlane => new($"http://127.0.0.1:{Ports[0]}/");

    public string ArtifactOf(string commit) => Path.Combine(Delivery, "files", "builds", $"{commit}.zip");

    public Uri UrlOf(string environment) => new($"http://127.0.0.1:{Ports[1 + Array.IndexOf(Environments, environment)]}/");

    public static string[] Environments { get; } = ["dev", "staging", "production"];

    public void Dispose()
    {
        if (!_keep && Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    private void Unpack()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            var path = Path.Combine(Root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            File.WriteAllText(path, name.StartsWith("delivery/", StringComparison.Ordinal) ? WithPorts(reader.ReadToEnd()) : reader.ReadToEnd());
        }
    }

    /// <summary>The examples' own ports may be in use here.</summary>
    private string WithPorts(string text)
    {
        string[] written = ["8470", "8081", "8082", "8083"];
        for (var i = 0; i < written.Length; i++) text = text.Replace(written[i], $"{Ports[i]}", StringComparison.Ordinal);
        return text;
    }

    /// <summary>All are held at once, so that none is given twice.</summary>
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Stop();
        return ports;
    }
}
