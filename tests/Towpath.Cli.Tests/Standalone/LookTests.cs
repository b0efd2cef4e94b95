using System.Text.Json;
using Towpath.Cli.Tests.Processes;

namespace Towpath.Cli.Tests.Standalone;

/// <summary><c>towpath observe</c> and <c>towpath verify</c> as processes, on real files.</summary>
public sealed class LookTests
{
    [Fact]
    public async Task Observed_target_says_what_runs_and_since_when()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        await specs.DeployAsync("v1");

        var plain = await TowpathProcess.RunAsync(specs.Path, "observe", "web", "--env", "dev");
        var json = await TowpathProcess.RunAsync(specs.Path, "observe", "web", "--env", "dev", "--json");

        Assert.Equal((0, 0), (plain.ExitCode, json.ExitCode));
        Assert.Contains("web/dev: ✓ healthy: http://127.0.0.1:", plain.Output, StringComparison.Ordinal);
        Assert.Contains("since: ", plain.Output, StringComparison.Ordinal);
        using var value = JsonDocument.Parse(json.Output);
        var dev = Assert.Single(value.RootElement.GetProperty("environments").EnumerateArray());
        Assert.Equal(("healthy", "local-site"), (dev.GetProperty("health").GetString(), dev.GetProperty("target").GetString()));
        Assert.StartsWith("sha256:", dev.GetProperty("digest").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_environments_are_a_table_and_one_where_nothing_runs_is_not_healthy()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        await specs.DeployAsync("v1");

        var ran = await TowpathProcess.RunAsync(specs.Path, "observe", "web");

        Assert.Equal(ExitCodes.Failed, ran.ExitCode);
        Assert.Equal(["ENVIRONMENT", "dev", "production"], ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
        Assert.Contains("nothing yet", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_that_points_nowhere_is_unhealthy_and_wrong()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        await specs.DeployAsync("v1");
        Directory.Delete(Path.Combine(specs.Path, "sites/dev/releases"), recursive: true);

        var observed = await TowpathProcess.RunAsync(specs.Path, "observe", "web", "--env", "dev");
        var verified = await TowpathProcess.RunAsync(specs.Path, "verify", "web", "--env", "dev");

        Assert.Equal((1, 1), (observed.ExitCode, verified.ExitCode));
        Assert.Contains("✗ unhealthy", observed.Output, StringComparison.Ordinal);
        Assert.Contains("✗ wrong   local-site: ", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_environment_is_verified_where_none_is_named()
    {
        using var specs = new SiteSpecs();

        var plain = await TowpathProcess.RunAsync(specs.Path, "verify", "web");
        var json = await TowpathProcess.RunAsync(specs.Path, "verify", "web", "--json");

        Assert.Equal((0, 0), (plain.ExitCode, json.ExitCode));
        Assert.Equal(2, plain.Output.Split("✓ ok      local-site: ").Length - 1);
        using var value = JsonDocument.Parse(json.Output);
        Assert.True(value.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(["dev", "production"], value.RootElement.GetProperty("environments").EnumerateArray().Select(e => e.GetProperty("environment").GetString()!));
        Assert.False(Directory.Exists(Path.Combine(specs.Path, ".towpath")));
    }

    [Theory]
    [InlineData("verify web --env nope", "web has no environment 'nope'; it has dev, production")]
    [InlineData("observe nope", "there is no apps/nope.yaml")]
    public async Task What_is_not_there_is_named(string arguments, string said)
    {
        using var specs = new SiteSpecs();
        var ran = await TowpathProcess.RunAsync(specs.Path, arguments.Split(' '));
        Assert.Equal(ExitCodes.Wrong, ran.ExitCode);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
    }
}
