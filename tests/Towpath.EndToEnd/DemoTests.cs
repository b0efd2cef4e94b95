using System.Text.Json;

namespace Towpath.EndToEnd;

/// <summary>The demo as a new user runs it: from any folder, with nothing but the program.</summary>
public sealed class DemoTests
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    [Fact]
    [Trait("Row", "N4")]
    [Trait("Row", "N9")]
    [Trait("Row", "N14")]
    public async Task Demo_comes_out_as_told_and_leaves_nothing_behind()
    {
        var folder = Directory.CreateTempSubdirectory("towpath-e2e-").FullName;
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        var ran = await TowpathProcess.RunAsync(folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["TMPDIR"] = temporary }, ["demo", "--json"]);
        Assert.True(ran.ExitCode == 0, ran.Output + ran.Error);
        using var json = JsonDocument.Parse(ran.Output);
        var demo = json.RootElement;
        Assert.True(demo.GetProperty("ok").GetBoolean());
        Assert.True(demo.GetProperty("rolled_back").GetBoolean());
        Assert.All(demo.GetProperty("checks").EnumerateArray(), c => Assert.True(c.GetProperty("ok").GetBoolean(), c.GetRawText()));
        var builds = demo.GetProperty("builds").EnumerateArray().ToList();
        Assert.Equal(3, builds.Count);
        // Dev and staging have the third build, production the second again; all of them by the digest that CI made once.
        Serves(demo, "dev", builds[2], "third edition");
        Serves(demo, "staging", builds[2], "third edition");
        Serves(demo, "production", builds[1], "second edition");
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "towpath-*"));
        Assert.Equal([temporary], Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Interrupted_demo_clears_up()
    {
        var folder = Directory.CreateTempSubdirectory("towpath-e2e-").FullName;
        using var process = TowpathProcess.Start(folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["TMPDIR"] = folder }, ["demo"]);
        // In the middle of the story: the control plane runs and the first chapter is being told.
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("1  ", StringComparison.Ordinal))
        {
        }

        process.InterruptIt();
        var ran = await TowpathProcess.EndAsync(process);
        Assert.Equal(130, ran.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder, "towpath-demo-*"));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Kept_demo_goes_on_as_it_says()
    {
        var folder = Directory.CreateTempSubdirectory("towpath-e2e-").FullName;
        var ran = await TowpathProcess.RunAsync(folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["TMPDIR"] = folder }, ["demo", "--keep", "--json"]);
        Assert.True(ran.ExitCode == 0, ran.Error);
        using var json = JsonDocument.Parse(ran.Output);
        var delivery = Path.Combine(json.RootElement.GetProperty("kept").GetString()!, "delivery");
        Assert.Contains(delivery, json.RootElement.GetProperty("go_on").GetString(), StringComparison.Ordinal);
        using var up = TowpathProcess.Start(delivery, Nothing, ["up", "--json"]);
        // It listens once it has printed its greeting.
        while (await up.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "}")
        {
        }

        var status = await TowpathProcess.RunAsync(delivery, Nothing, ["status", "--json"]);
        up.Stop();
        await TowpathProcess.EndAsync(up);
        Assert.Equal(0, status.ExitCode);
        using var board = JsonDocument.Parse(status.Output);
        Assert.Equal(3, board.RootElement.GetProperty("applications")[0].GetProperty("environments").GetArrayLength());
        Directory.Delete(folder, recursive: true);
    }

    private static void Serves(JsonElement demo, string environment, JsonElement build, string page)
    {
        var found = demo.GetProperty("environments").GetProperty(environment);
        Assert.Equal(build.GetProperty("version").GetString(), found.GetProperty("version").GetString());
        Assert.Equal(build.GetProperty("digest").GetString(), found.GetProperty("digest").GetString());
        Assert.Equal(page, found.GetProperty("serves").GetString());
    }
}
