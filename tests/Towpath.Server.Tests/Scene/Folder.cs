using System.Diagnostics;

namespace Towpath.Server.Tests.Scene;

/// <summary>The folders of one test server: configuration, artifacts, data.</summary>
public sealed class Folder : IDisposable
{
    public const string Organization = """
        roles:
          viewer: { users: [vera] }
          developer: { users: [dev, dora] }
          staff: { users: [sam, kim] }
          client: { users: [pat, kim], applications: [web] }
          auditor: { users: [otto], applications: [other] }
          administrator: { users: [ada] }
        """;

    public const string Web = """
        name: web
        title: The web
        artifact: { kind: static-site, source: "builds/{slug}/{sha}.zip" }
        environments:
          dev:
            auto_deploy: { branch: main }
            target: { kind: fake }
          staging:
            after: [dev]
            approvals: [{ role: staff }]
            target: { kind: fake }
          production:
            after: [staging]
            approvals: [{ role: staff }, { role: client }]
            target: { kind: fake }
          free:
            target: { kind: fake, fails: bad }
        """;

    public const string Other = """
        name: other
        artifact: { kind: commit }
        environments:
          live:
            approvals: [{ role: auditor }]
            target: { kind: fake }
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("towpath-server-");

    public Folder()
    {
        Directory.CreateDirectory(Path.Combine(Configuration, "apps"));
        Directory.CreateDirectory(Artifacts);
        Write("organization.yaml", Organization);
        Write("apps/web.yaml", Web);
        Write("apps/other.yaml", Other);
    }

    public string Configuration => Path.Combine(_root.FullName, "configuration");

    public string Artifacts => Path.Combine(_root.FullName, "artifacts");

    public string Data => Path.Combine(_root.FullName, "data");

    public string At(string name) => Path.Combine(_root.FullName, name);

    /// <summary>Replaces a file of the configuration as a whole, as an editor does.</summary>
    public void Write(string path, string text)
    {
        var target = Path.Combine(Configuration, path);
        var temporary = At("writing-" + Path.GetFileName(path));
        File.WriteAllText(temporary, text + "\n");
        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>Puts an artifact where the spec of <c>web</c> says; returns its reference.</summary>
    public string Build(string commit, string content, string application = "web")
    {
        var folder = Directory.CreateDirectory(Path.Combine(Artifacts, "builds", application)).FullName;
        File.WriteAllText(Path.Combine(folder, commit + ".zip"), content);
        return $"builds/{application}/{commit}.zip";
    }

    public string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Configuration, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", "user.name=Kim", "-c", "user.email=kim@example.com", "-c", "init.defaultBranch=main", .. arguments]) start.ArgumentList.Add(argument);
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output.Trim();
    }

    public void Dispose() => _root.Delete(recursive: true);
}
