using System.IO.Compression;
using Towpath.Testing;

namespace Towpath.EndToEnd;

/// <summary>A site that was there before the control plane is taken over, and is what a failed deployment goes back to.</summary>
[Trait("Row", "T16")]
public sealed class AdoptTests
{
    private const string Commit = "3333333ccccccccccccccccccccccccccccccccc";

    [Fact]
    public async Task What_ran_before_the_control_plane_is_adopted_and_a_failing_deployment_goes_back_to_it()
    {
        await using var plane = await ControlPlane.StartAsync();
        await plane.DownAsync();
        var port = Ports.Free(1)[0];
        await RunsAlreadyAsync(plane, port, "good old page");
        await plane.UpAsync();

        var adopted = await plane.JsonAsync("dana", 0, "adopt", "guide", "--env", "live", "--version", "v1");
        var again = await plane.JsonAsync("kim", 5, "adopt", "guide", "--env", "live");
        var already = await plane.JsonAsync("dana", 0, "adopt", "guide", "--env", "live");

        Assert.Equal(("v1", false), (adopted.GetProperty("version").GetString(), adopted.GetProperty("already").GetBoolean()));
        Assert.Equal("role_missing", again.GetProperty("error").GetProperty("code").GetString());
        Assert.True(already.GetProperty("already").GetBoolean());
        await FailsAsync(plane);
        Assert.Contains("good old page", (await ControlPlane.GetAsync(port)).Body, StringComparison.Ordinal);
        var history = await plane.JsonAsync("dana", 0, "history", "guide");
        Assert.Equal(["manual", "adopted"], history.GetProperty("deployments").EnumerateArray().Select(d => d.GetProperty("origin").GetString()));
    }

    /// <summary>Deployed by somebody else, long ago: the control plane's database knows nothing of it.</summary>
    private static async Task RunsAlreadyAsync(ControlPlane plane, int port, string page)
    {
        await File.WriteAllTextAsync(
            Path.Combine(plane.Folder, "apps", "guide.yaml"),
            $$"""
            name: guide
            artifact: { kind: static-site, source: "guides/{version}.zip" }
            version: sha-{short_sha}
            environments:
              live:
                target: { kind: local-site, root: sites/guide, port: {{port}} }
                verify:
                  - http: { url: "http://127.0.0.1:{{port}}/", body: good, within: 3s }

            """,
            TestContext.Current.CancellationToken);
        Build(plane, "v1", page);
        var ran = await TowpathProcess.RunAsync(plane.Folder, new Dictionary<string, string>(StringComparer.Ordinal), ["deploy", "guide", "--env", "live", "--version", "v1"]);
        Assert.True(ran.ExitCode == 0, ran.Error);
    }

    private static async Task FailsAsync(ControlPlane plane)
    {
        Build(plane, "sha-3333333", "bad new page");
        await plane.JsonAsync("ci", 0, "build", "add", "--app", "guide", "--commit", Commit, "--artifact", "guides/sha-3333333.zip");
        var ended = await plane.JsonAsync("dana", 1, "promote", "guide", "--to", "live", "--version", "sha-3333333", "--wait");
        Assert.Equal(("rolled_back", "v1"), (ended.GetProperty("phase").GetString(), ended.GetProperty("known_good").GetProperty("version").GetString()));
    }

    private static void Build(ControlPlane plane, string version, string page)
    {
        var path = Path.Combine(plane.Folder, "files", "guides", $"{version}.zip");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        using var writer = new StreamWriter(zip.CreateEntry("index.html").Open());
        writer.Write(page);
    }
}
