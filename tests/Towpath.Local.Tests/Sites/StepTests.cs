using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Sites;
using Towpath.Local.Sites;

namespace Towpath.Local.Tests.Sites;

public sealed class StepTests
{
    private static readonly string[] Deploying = ["fetch", "unpack", "switch"];

    [Fact]
    public async Task Steps_run_in_order_serve_the_artifact()
    {
        await using var fixture = new SiteFixture();
        var artifact = fixture.Build(("index.html", "one"));
        await fixture.ServeAsync();
        foreach (var step in await fixture.PlanAsync(artifact)) Assert.IsType<StepResult.Done>(await fixture.RunAsync(step));
        Assert.Equal("one", await File.ReadAllTextAsync(fixture.Folder.In("site", "current", "index.html"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Steps_run_twice_change_nothing_the_second_time()
    {
        await using var fixture = new SiteFixture();
        var plan = await fixture.PlanAsync(fixture.Build(("index.html", "one")));
        await RunTwiceAsync(fixture, plan);
        var before = Snapshot(fixture);
        await RunTwiceAsync(fixture, plan);
        Assert.Equal(before, Snapshot(fixture));
        Assert.Contains(fixture.StepHost.Lines, line => line.Contains("served already", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "N14")]
    public async Task Fetch_other_bytes_than_reported_fails_with_both_digests()
    {
        await using var fixture = new SiteFixture();
        var artifact = fixture.Build(("index.html", "one"));
        var plan = await fixture.PlanAsync(artifact);
        var other = Zips.Of(("index.html", "two"));
        await File.WriteAllBytesAsync(fixture.Folder.In(artifact.Reference), other, TestContext.Current.CancellationToken);
        var failed = Assert.IsType<StepResult.Failed>(await fixture.RunAsync(plan[0]));
        Assert.Contains(artifact.Digest.Value, failed.Reason, StringComparison.Ordinal);
        Assert.Contains(Digest.Of(other).Value, failed.Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Site.Artifacts));
    }

    [Fact]
    public async Task Fetch_larger_than_the_bound_fails_and_leaves_nothing()
    {
        await using var fixture = new SiteFixture(new SiteLimits { MaximumArtifactBytes = 100 });
        var artifact = fixture.Build(("index.html", "one")) with { Size = null };
        var plan = await fixture.PlanAsync(artifact);
        Assert.Contains("larger than 100 bytes", Assert.IsType<StepResult.Failed>(await fixture.RunAsync(plan[0])).Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Site.Artifacts));
    }

    [Fact]
    public async Task Fetch_missing_source_is_technical()
    {
        await using var fixture = new SiteFixture();
        var artifact = fixture.Build(("index.html", "one"));
        File.Delete(fixture.Folder.In(artifact.Reference));
        Assert.IsType<StepResult.Errored>(await fixture.RunAsync((await fixture.PlanAsync(artifact))[0]));
    }

    [Fact]
    public async Task Fetch_damaged_store_is_fetched_again()
    {
        await using var fixture = new SiteFixture();
        var artifact = fixture.Build(("index.html", "one"));
        var plan = await fixture.PlanAsync(artifact);
        await fixture.RunAsync(plan[0]);
        await File.WriteAllTextAsync(fixture.Site.Artifact(artifact.Digest), "damaged", TestContext.Current.CancellationToken);
        Assert.IsType<StepResult.Done>(await fixture.RunAsync(plan[0]));
        Assert.Equal(artifact.Digest, Digest.Of(await File.ReadAllBytesAsync(fixture.Site.Artifact(artifact.Digest), TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Fetch_stale_owner_stops_before_the_effect()
    {
        await using var fixture = new SiteFixture();
        var plan = await fixture.PlanAsync(fixture.Build(("index.html", "one")));
        fixture.StepHost.Owned = false;
        await Assert.ThrowsAsync<OwnershipLostException>(() => fixture.RunAsync(plan[0]));
        Assert.False(Directory.Exists(fixture.Site.Artifacts));
    }

    [Fact]
    public async Task Unpack_hostile_zip_fails_and_leaves_nothing()
    {
        await using var fixture = new SiteFixture();
        var plan = await fixture.PlanAsync(fixture.Build(("ok.txt", "ok"), ("../up.txt", "x")));
        await fixture.RunAsync(plan[0]);
        Assert.Contains("../up.txt", Assert.IsType<StepResult.Failed>(await fixture.RunAsync(plan[1])).Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Site.Releases));
    }

    [Fact]
    public async Task Unpack_stored_artifact_changed_fails()
    {
        await using var fixture = new SiteFixture();
        var artifact = fixture.Build(("index.html", "one"));
        var plan = await fixture.PlanAsync(artifact);
        await fixture.RunAsync(plan[0]);
        await File.WriteAllBytesAsync(fixture.Site.Artifact(artifact.Digest), Zips.Of(("index.html", "evil")), TestContext.Current.CancellationToken);
        Assert.Contains("was changed", Assert.IsType<StepResult.Failed>(await fixture.RunAsync(plan[1])).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switch_journals_what_was_served_before()
    {
        await using var fixture = new SiteFixture();
        var one = fixture.Build(("index.html", "one"));
        await fixture.DeployAsync(one);
        Assert.Null(fixture.StepHost.Undo!["current"]);
        await fixture.DeployAsync(fixture.Build(("index.html", "two")));
        Assert.Equal($"releases/{one.Digest.Hex}/site", fixture.StepHost.Undo!["current"]!.GetValue<string>());
    }

    [Fact]
    public async Task Switch_stale_owner_changes_nothing()
    {
        await using var fixture = new SiteFixture();
        var one = fixture.Build(("index.html", "one"));
        await fixture.DeployAsync(one);
        var plan = await fixture.PlanAsync(fixture.Build(("index.html", "two")));
        await fixture.RunAsync(plan[0]);
        await fixture.RunAsync(plan[1]);
        fixture.StepHost.Owned = false;
        await Assert.ThrowsAsync<OwnershipLostException>(() => fixture.RunAsync(plan[2]));
        Assert.Contains(one.Digest.Hex, fixture.Site.ReadLink(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "T3")]
    public async Task Switch_overtaken_in_the_last_moment_changes_nothing()
    {
        await using var fixture = new SiteFixture();
        var (one, two) = (fixture.Build(("index.html", "one")), fixture.Build(("index.html", "two")));
        await fixture.DeployAsync(one);
        var seen = fixture.Site.ReadLink();
        await fixture.DeployAsync(two);
        var files = fixture.Services.GetRequiredService<ISiteFiles>();
        await Assert.ThrowsAsync<IOException>(() => files.SwitchCurrentAsync(fixture.Site, one.Digest, seen, TestContext.Current.CancellationToken));
        Assert.Contains(two.Digest.Hex, fixture.Site.ReadLink(), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(fixture.Site.Root), path => path.Contains(".tmp-", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "T3")]
    public async Task Unpack_removes_what_a_killed_attempt_left()
    {
        await using var fixture = new SiteFixture();
        var artifact = fixture.Build(("index.html", "one"));
        var plan = await fixture.PlanAsync(artifact);
        await fixture.RunAsync(plan[0]);
        var token = fixture.StepHost.ContextOf(plan[1], default).IdempotencyToken;
        Directory.CreateDirectory(Path.Combine(fixture.Site.Releases, $".tmp-{artifact.Digest.Hex}-{token}-1", "site", "half"));
        Assert.IsType<StepResult.Done>(await fixture.RunAsync(plan[1], attempt: 2));
        Assert.Equal([fixture.Site.Release(artifact.Digest)], Directory.EnumerateDirectories(fixture.Site.Releases));
    }

    [Fact]
    public async Task Steps_folder_became_a_link_fail()
    {
        await using var fixture = new SiteFixture();
        var plan = await fixture.PlanAsync(fixture.Build(("index.html", "one")));
        Directory.CreateDirectory(fixture.Folder.In("elsewhere"));
        File.CreateSymbolicLink(fixture.Site.Root, fixture.Folder.In("elsewhere"));
        foreach (var step in plan)
            Assert.Contains("symbolic link", Assert.IsType<StepResult.Failed>(await fixture.RunAsync(step)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observe_nothing_served_waits_then_fails_with_what_was_found()
    {
        await using var fixture = new SiteFixture();
        var observe = (await fixture.PlanAsync(fixture.Build(("index.html", "one"))))[3];
        var start = fixture.Time.GetUtcNow();
        Assert.Contains("no answer", Assert.IsType<StepResult.Running>(await fixture.RunAsync(observe, start)).Progress, StringComparison.Ordinal);
        fixture.Time.Advance(fixture.Options.Sites.ObserveWithin);
        Assert.Contains("no answer", Assert.IsType<StepResult.Failed>(await fixture.RunAsync(observe, start)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observe_busy_port_names_it()
    {
        await using var fixture = new SiteFixture();
        await using var other = await Serving.OtherProgram.StartAsync(fixture.Port);
        await fixture.ServeAsync();
        var observe = (await fixture.PlanAsync(fixture.Build(("index.html", "one"))))[3];
        Assert.Contains($"port {fixture.Port} is in use", Assert.IsType<StepResult.Running>(await fixture.RunAsync(observe)).Progress, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "N14")]
    public async Task Observe_other_release_waits()
    {
        await using var fixture = new SiteFixture();
        await fixture.ServeAsync();
        await fixture.DeployAsync(fixture.Build(("index.html", "one")));
        var observe = (await fixture.PlanAsync(fixture.Build(("index.html", "two"))))[3];
        Assert.Contains("it serves sha256:", Assert.IsType<StepResult.Running>(await fixture.RunAsync(observe)).Progress, StringComparison.Ordinal);
    }

    private static async Task RunTwiceAsync(SiteFixture fixture, IReadOnlyList<PlanStep> plan)
    {
        foreach (var step in plan.Where(step => Deploying.Contains(step.Name)))
        {
            Assert.IsType<StepResult.Done>(await fixture.RunAsync(step));
            Assert.IsType<StepResult.Done>(await fixture.RunAsync(step, attempt: 2));
        }
    }

    private static string Snapshot(SiteFixture fixture) => string.Join('\n', Directory
        .EnumerateFileSystemEntries(fixture.Site.Root, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks}"));
}
