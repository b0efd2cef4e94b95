using System.Text.Json;
using Towpath.Cli.Standalone;
using Towpath.Cli.Tests.Processes;
using Towpath.Core;
using Towpath.Core.Deployments;

namespace Towpath.Cli.Tests.Standalone;

/// <summary><c>towpath deploy</c> as a process, on real files.</summary>
public sealed class DeployTests
{
    [Fact]
    public async Task Version_is_deployed_and_recorded()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        var ran = await specs.DeployAsync("v1", "--json");
        Assert.Equal(0, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Output);
        Assert.Equal("succeeded", json.RootElement.GetProperty("phase").GetString());
        Assert.Equal("good one", specs.OnDev());
        Assert.Contains("nothing keeps a control plane from deploying to the same environment at the same time", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "N9")]
    public async Task Failed_verification_puts_back_what_ran_before()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        specs.Build("v2", "bad one");
        await specs.DeployAsync("v1");
        var ran = await specs.DeployAsync("v2", "--json");
        Assert.Equal(1, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Output);
        Assert.Equal("rolled_back", json.RootElement.GetProperty("phase").GetString());
        Assert.Equal("v1", json.RootElement.GetProperty("rolled_back_to").GetString());
        Assert.Equal("good one", specs.OnDev());
    }

    [Fact]
    [Trait("Row", "N9")]
    public async Task First_deployment_that_fails_says_that_there_is_nothing_to_go_back_to()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "bad one");
        var ran = await specs.DeployAsync("v1");
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("no version is known to have succeeded here before", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_shows_the_steps_and_does_nothing()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        var ran = await specs.DeployAsync("v1", "--plan", "--json");
        Assert.Equal(0, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Output);
        Assert.Equal(["fetch", "unpack", "switch", "observe", "http-1"], json.RootElement.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("name").GetString()!));
        Assert.Null(specs.OnDev());
        Assert.False(Directory.Exists(Path.Combine(specs.Path, ".towpath")));
    }

    [Fact]
    [Trait("Row", "C7")]
    public async Task Plan_shows_what_would_change_and_says_where_nothing_would()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        specs.Build("v2", "good two");
        await specs.DeployAsync("v1");
        var journal = await File.ReadAllTextAsync(specs.Journal, TestContext.Current.CancellationToken);

        var other = await specs.DeployAsync("v2", "--plan");
        var same = await specs.DeployAsync("v1", "--plan");
        var json = await specs.DeployAsync("v2", "--plan", "--json");

        Assert.Equal((0, 0, 0), (other.ExitCode, same.ExitCode, json.ExitCode));
        Assert.Matches("(?m)^site http://127.0.0.1:[0-9]+/\n  release\n  - releases/[0-9a-f]{64}/site\n  \\+ releases/[0-9a-f]{64}/site\n  fetch ", other.Output);
        Assert.DoesNotContain("\e", other.Output, StringComparison.Ordinal);
        Assert.Contains("no differences", same.Error, StringComparison.Ordinal);
        using var value = JsonDocument.Parse(json.Output);
        Assert.Equal("release", Assert.Single(value.RootElement.GetProperty("differences").EnumerateArray()).GetProperty("path").GetString());
        Assert.Equal(journal, await File.ReadAllTextAsync(specs.Journal, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Environment_that_asks_for_approvals_is_refused_without_breaking_the_glass()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        await specs.DeployAsync("v1");
        var ran = await TowpathProcess.RunAsync(specs.Path, "deploy", "web", "--env", "production", "--version", "v1");
        Assert.Equal(ExitCodes.NotAllowed, ran.ExitCode);
        Assert.Contains("✓ open   succeeded in dev", ran.Error, StringComparison.Ordinal);
        Assert.Contains("✗ closed 0 of 1 approvals by role staff", ran.Error, StringComparison.Ordinal);
        Assert.Contains("--break-glass --reason", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_that_is_frozen_says_until_when_and_sends_nobody_to_the_control_plane()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        var file = Path.Combine(specs.Path, "apps/web.yaml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("  dev:\n", "  dev:\n    freeze: [{ from: 2020-01-01T00:00, to: 2090-01-01T00:00, reason: holidays }]\n", StringComparison.Ordinal));
        var ran = await specs.DeployAsync("v1");
        Assert.Equal(ExitCodes.NotAllowed, ran.ExitCode);
        Assert.Contains("web/dev waits for the end of a freeze at 2090-01-01", ran.Error, StringComparison.Ordinal);
        Assert.Contains("call again then, or pass it over with --break-glass --reason", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("through the control plane", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_glass_needs_a_reason_and_is_recorded()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        var without = await TowpathProcess.RunAsync(specs.Path, "deploy", "web", "--env", "production", "--version", "v1", "--break-glass");
        Assert.Equal(ExitCodes.Wrong, without.ExitCode);
        var ran = await TowpathProcess.RunAsync(specs.Path, "deploy", "web", "--env", "production", "--version", "v1", "--break-glass", "--reason", "the control plane is down");
        Assert.Equal(0, ran.ExitCode);
        var last = JournalFile.ReadLast(Path.Combine(specs.Path, ".towpath", "journal"), new EnvironmentKey("web", "production"))!;
        Assert.Equal("break-glass: the control plane is down", last.Deployment.Reason);
        Assert.Equal("break_glass", last.Deployment.Gates!.Gate);
        Assert.Equal("the control plane is down", last.Deployment.Gates.Facts["reason"]);
    }

    [Fact]
    public async Task Artifact_with_another_digest_than_asked_for_is_refused()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        var ran = await specs.DeployAsync("v1", "--artifact", $"builds/v1.zip@sha256:{new string('0', 64)}");
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("was asked for", ran.Error, StringComparison.Ordinal);
        Assert.Null(specs.OnDev());
    }

    [Theory]
    [InlineData("deploy nope --env dev --version v1", "there is no apps/nope.yaml")]
    [InlineData("deploy web --env nope --version v1", "web has no environment 'nope'; it has dev, production")]
    [InlineData("deploy web --env dev --version nope", "there is no file")]
    public async Task What_is_not_there_is_named(string arguments, string said)
    {
        using var specs = new SiteSpecs();
        var ran = await TowpathProcess.RunAsync(specs.Path, arguments.Split(' '));
        Assert.Equal(ExitCodes.Wrong, ran.ExitCode);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_call_at_the_same_time_is_told_to_wait()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        using var held = JournalFile.TryOpen(Path.Combine(specs.Path, ".towpath", "journal"), new EnvironmentKey("web", "dev"));
        var ran = await specs.DeployAsync("v1");
        Assert.Equal(ExitCodes.Technical, ran.ExitCode);
        Assert.Contains("another `towpath deploy` works on web/dev", ran.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// The journal is cut back to every position that a kill could have left it at, with the effect of what was lost already done: the next
    /// call goes on from there and ends as the uninterrupted one did. For a rollback, from where it had begun: before that, the lost
    /// lines' effects would be those of two steps.
    /// </summary>
    [Theory]
    [InlineData("good two", 0, "good two", "Succeeded")]
    [InlineData("bad two", 1, "good one", "RolledBack")]
    [Trait("Row", "T3")]
    public async Task Interrupted_at_any_line_it_goes_on_to_the_same_end(string page, int exitCode, string onDev, string phase)
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        specs.Build("v2", page);
        await specs.DeployAsync("v1");
        var before = (await ReadAsync(specs)).Length;
        await specs.DeployAsync("v2");
        var whole = await ReadAsync(specs);
        var first = exitCode == 0 ? before + 1 : Array.FindIndex(whole, line => line.Contains("\"phase\":\"rolling_back\"", StringComparison.Ordinal)) + 1;
        Assert.True(whole.Length - first >= 4);
        for (var lines = first; lines < whole.Length; lines++)
        {
            // Half of the next line was written, too.
            await File.WriteAllTextAsync(specs.Journal, string.Join('\n', whole.Take(lines)) + "\n" + whole[lines][..(whole[lines].Length / 2)], TestContext.Current.CancellationToken);
            var ran = await specs.DeployAsync("v2");
            Assert.True(ran.ExitCode == exitCode, $"cut to {lines} of {whole.Length} lines: {ran.Error}");
            Assert.Equal(onDev, specs.OnDev());
            Assert.Equal(Enum.Parse<Phase>(phase), Last(specs).Deployment.Phase);
        }
    }

    /// <summary>Killed when so many lines are written: it does not stand still meanwhile, so the kill falls there or a little later.</summary>
    [Theory]
    [InlineData("good two", 1, "good two")]
    [InlineData("good two", 5, "good two")]
    [InlineData("good two", 9, "good two")]
    [InlineData("bad two", 8, "good one")]
    [InlineData("bad two", 10, "good one")]
    [InlineData("bad two", 12, "good one")]
    [Trait("Row", "T3")]
    public async Task Killed_while_it_works_it_is_brought_to_its_end_before_the_next_version(string page, int lines, string resumedTo)
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        specs.Build("v2", page);
        specs.Build("v3", "good three");
        await specs.DeployAsync("v1");
        await KillAfterAsync(specs, (await ReadAsync(specs)).Length + lines);
        var interrupted = Last(specs).Deployment;
        var resumed = await specs.DeployAsync("v3", "--json");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal("good three", specs.OnDev());
        using var json = JsonDocument.Parse(resumed.Output);
        Assert.Equal(!interrupted.Phase.IsTerminal(), json.RootElement.TryGetProperty("resumed", out var earlier));
        // Killed before it had started, nothing was done, and it is dropped; afterwards it ends as it would have ended.
        if (!interrupted.Phase.IsTerminal() && interrupted.StartedAt is not null)
            Assert.Equal(resumedTo == "good one" ? "rolled_back" : "succeeded", earlier.GetProperty("phase").GetString());
    }

    private static async Task KillAfterAsync(SiteSpecs specs, int lines)
    {
        using var process = TowpathProcess.Start(specs.Path, new Dictionary<string, string?>(StringComparer.Ordinal), "deploy", "web", "--env", "dev", "--version", "v2");
        while (!process.HasExited && (await ReadAsync(specs)).Length < lines)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The whole lines.</summary>
    private static async Task<string[]> ReadAsync(SiteSpecs specs)
    {
        await using var file = new FileStream(specs.Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n')[..^1];
    }

    private static JournalLine Last(SiteSpecs specs) => JournalFile.ReadLast(Path.GetDirectoryName(specs.Journal)!, new EnvironmentKey("web", "dev"))!;
}
