using System.Diagnostics;
using Towpath.Cli.Tests.CommandLine;
using Towpath.Cli.Tests.Processes;

namespace Towpath.Cli.Tests.Launchers;

/// <summary>A checkout with the real launcher and a <c>dotnet</c> that publishes a program at once, which prints what it was called with.</summary>
internal sealed class FakeCheckout : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeCheckout()
    {
        foreach (var file in (string[])["src/Program.cs", "examples/site", "Directory.Build.props", "Directory.Packages.props", "global.json"]) _folder.Write($"check out/{file}", "1");
        File.Copy(Path.Combine(Repository.Root, "towpath"), Launcher);
        // It counts its calls, takes a moment, and fails on demand.
        WriteProgram("bin/dotnet", $$"""
            #!/bin/sh
            [ "$1" != --list-sdks ] || { cat '{{_folder["sdks"]}}'; exit 0; }
            echo "$@" >>'{{_folder["builds"]}}'
            sleep 0.3
            [ ! -e '{{_folder["broken"]}}' ] || { echo 'Program.cs(1,1): error CS0001: broken'; exit 1; }
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2"
            version=$(cat '{{Source}}')
            printf '#!/bin/sh\necho "version %s in $(pwd)"\nfor word in "$@"; do printf "<%%s>\\n" "$word"; done\nexit 7\n' "$version" >"$2/towpath"
            chmod +x "$2/towpath"
            """);
        Sdks("10.0.401 [/usr/share/dotnet/sdk]");
    }

    public string Root => _folder["check out"];

    public string Launcher => _folder["check out/towpath"];

    public string Source => _folder["check out/src/Program.cs"];

    public string Elsewhere => Directory.CreateDirectory(_folder["else where"]).FullName;

    public bool Broken
    {
        set
        {
            if (value) _folder.Write("broken", "");
            else File.Delete(_folder["broken"]);
        }
    }

    public int Builds => File.Exists(_folder["builds"]) ? File.ReadAllLines(_folder["builds"]).Length : 0;

    public void Sdks(string list) => _folder.Write("sdks", list + "\n");

    public void Touch(string text)
    {
        File.WriteAllText(Source, text);
        // Later than any stamp, however coarse the clock of the file system is.
        File.SetLastWriteTimeUtc(Source, File.GetLastWriteTimeUtc(Path.Combine(Root, ".build", "current")).AddSeconds(1));
    }

    public string LinkedAs(string name)
    {
        File.CreateSymbolicLink(_folder[name], Launcher);
        return _folder[name];
    }

    public async Task<Ran> CallAsync(string launcher, string folder, IReadOnlyList<string> arguments, bool withDotnet = true)
    {
        var start = new ProcessStartInfo(launcher, arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PATH"] = (withDotnet ? _folder["bin"] + ":" : "") + PathWithoutDotnet();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        return await TowpathProcess.EndAsync(process);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The system's tools, linked into a folder of their own: <c>dotnet</c> may lie beside them.</summary>
    private string PathWithoutDotnet()
    {
        var tools = Directory.CreateDirectory(_folder["tools"]).FullName;
        foreach (var tool in (string[])["sh", "cat", "date", "dirname", "find", "flock", "grep", "head", "mkdir", "mv", "readlink", "rm", "sed", "sleep", "sort", "touch", "chmod"])
            if (!Path.Exists(Path.Combine(tools, tool)))
                File.CreateSymbolicLink(Path.Combine(tools, tool), File.Exists($"/bin/{tool}") ? $"/bin/{tool}" : $"/usr/bin/{tool}");
        return tools;
    }

    private void WriteProgram(string name, string text)
    {
        _folder.Write(name, text + "\n");
        File.SetUnixFileMode(_folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
