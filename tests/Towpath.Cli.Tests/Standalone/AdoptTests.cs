using System.Text.Json;
using Towpath.Cli.Standalone;
using Towpath.Cli.Tests.Processes;
using Towpath.Core;
using Towpath.Core.Deployments;

namespace Towpath.Cli.Tests.Standalone;

/// <summary><c>towpath adopt</c> without a control plane, on real files.</summary>
[Trait("Row", "T16")]
public sealed class AdoptTests
{
    [Fact]
    public async Task Failing_deployment_goes_back_to_what_was_adopted()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        specs.Build("v2", "bad one");
        await specs.DeployAsync("v1");
        Forget(specs);

        var adopted = await AdoptAsync(specs, "--version", "v1", "--json");
        var failed = await specs.DeployAsync("v2", "--json");

        Assert.Equal((0, 1), (adopted.ExitCode, failed.ExitCode));
        using var json = JsonDocument.Parse(adopted.Output);
        Assert.Equal(("v1", false), (json.RootElement.GetProperty("version").GetString(), json.RootElement.GetProperty("already").GetBoolean()));
        using var end = JsonDocument.Parse(failed.Output);
        Assert.Equal(("rolled_back", "v1"), (end.RootElement.GetProperty("phase").GetString(), end.RootElement.GetProperty("rolled_back_to").GetString()));
        Assert.Equal("good one", specs.OnDev());
    }

    [Fact]
    public async Task Adopted_state_is_one_line_of_the_journal_and_adopted_again_it_is_known_already()
    {
        using var specs = new SiteSpecs();
        specs.Build("v1", "good one");
        await specs.DeployAsync("v1");
        Forget(specs);

        var first = await AdoptAsync(specs);
        var again = await AdoptAsync(specs);

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        Assert.Contains("adopted as the known good state", first.Output, StringComparison.Ordinal);
        Assert.Contains("is the known good state already", again.Output, StringComparison.Ordinal);
        Assert.Contains("no control plane is configured here", first.Error, StringComparison.Ordinal);
        Assert.Single(await File.ReadAllLinesAsync(specs.Journal, TestContext.Current.CancellationToken));
        var last = JournalFile.ReadLast(Path.GetDirectoryName(specs.Journal)!, new EnvironmentKey("web", "dev"))!;
        Assert.Equal(("Adopted", Phase.Succeeded, Origin.Adopted), (last.Event, last.Deployment.Phase, last.Deployment.Origin));
        Assert.StartsWith("adopted-", last.KnownGood!.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_site_is_not_adopted()
    {
        using var specs = new SiteSpecs();

        var ran = await AdoptAsync(specs, "--standalone");

        Assert.Equal(ExitCodes.Wrong, ran.ExitCode);
        Assert.Contains("nothing runs on web/dev yet", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_that_is_being_deployed_to_is_not_adopted()
    {
        using var specs = new SiteSpecs();
        using var held = JournalFile.TryOpen(Path.GetDirectoryName(specs.Journal)!, new EnvironmentKey("web", "dev"));

        var ran = await AdoptAsync(specs);

        Assert.Equal(ExitCodes.Technical, ran.ExitCode);
        Assert.Contains("a `towpath deploy` works on web/dev", ran.Error, StringComparison.Ordinal);
    }

    private static Task<Ran> AdoptAsync(SiteSpecs specs, params string[] more) => TowpathProcess.RunAsync(specs.Path, ["adopt", "web", "--env", "dev", .. more]);

    /// <summary>As if nobody here had ever deployed: the site runs, and nothing is known of it.</summary>
    private static void Forget(SiteSpecs specs) => Directory.Delete(Path.Combine(specs.Path, ".towpath"), recursive: true);
}
