using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Local.Sites;

namespace Towpath.Local.Tests.Sites;

public sealed class PruneTests
{
    [Fact]
    public async Task Prune_keeps_what_runs_what_is_named_and_the_newest()
    {
        await using var fixture = new SiteFixture();
        var builds = Enumerable.Range(0, 6).Select(i => fixture.Build(("index.html", $"{i}"))).ToArray();
        foreach (var build in builds) await fixture.DeployAsync(build);
        await fixture.DeployAsync(builds[0]);
        var removed = await PruneAsync(fixture, newest: 2, builds[1].Digest);
        Assert.Equal(Names(builds[2], builds[3]), removed.Order(StringComparer.Ordinal));
        Assert.Equal(Names(builds[0], builds[1], builds[4], builds[5]), Releases(fixture));
        Assert.Equal("0", await File.ReadAllTextAsync(fixture.Folder.In("site", "current", "index.html"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Prune_removes_old_zips_and_leftovers_only()
    {
        await using var fixture = new SiteFixture();
        var builds = Enumerable.Range(0, 2).Select(i => fixture.Build(("index.html", $"{i}"))).ToArray();
        foreach (var build in builds) await fixture.DeployAsync(build);
        var old = fixture.Time.GetUtcNow().UtcDateTime.AddDays(-2);
        File.SetLastWriteTimeUtc(fixture.Site.Artifact(builds[0].Digest), old);
        var leftover = Directory.CreateDirectory(Path.Combine(fixture.Site.Releases, ".tmp-old"));
        Directory.SetLastWriteTimeUtc(leftover.FullName, old);
        var young = Directory.CreateDirectory(Path.Combine(fixture.Site.Releases, ".tmp-young"));
        Directory.SetLastWriteTimeUtc(young.FullName, fixture.Time.GetUtcNow().UtcDateTime);
        await PruneAsync(fixture, newest: 0);
        Assert.False(File.Exists(fixture.Site.Artifact(builds[0].Digest)));
        Assert.True(File.Exists(fixture.Site.Artifact(builds[1].Digest)));
        Assert.False(Directory.Exists(leftover.FullName));
        Assert.True(Directory.Exists(young.FullName));
    }

    [Fact]
    [Trait("Row", "P4")]
    public async Task Removal_takes_the_site_down_with_all_that_was_deployed_and_may_be_repeated()
    {
        await using var fixture = new SiteFixture();
        await fixture.DeployAsync(fixture.Build(("index.html", "one")));
        var releases = fixture.Services.GetRequiredService<LocalSiteReleases>();
        foreach (var _ in new[] { 1, 2 }) await releases.RemoveAsync(fixture.Site, TestContext.Current.CancellationToken);

        Assert.Null(fixture.Site.ReadLink());
        Assert.Empty(Releases(fixture));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Site.Artifacts));
        await fixture.DeployAsync(fixture.Build(("index.html", "two")));
        Assert.Equal("two", await File.ReadAllTextAsync(fixture.Folder.In("site", "current", "index.html"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Prune_pruned_release_can_be_deployed_again()
    {
        await using var fixture = new SiteFixture();
        var one = fixture.Build(("index.html", "one"));
        await fixture.DeployAsync(one);
        await fixture.DeployAsync(fixture.Build(("index.html", "two")));
        Assert.Equal([one.Digest.Hex], await PruneAsync(fixture, newest: 0));
        await fixture.DeployAsync(one);
        Assert.Equal(2, Releases(fixture).Count());
    }

    [Theory]
    [InlineData("unpack", false)]
    [InlineData("unpack", true)]
    [InlineData("switch", false)]
    [InlineData("switch", true)]
    [Trait("Row", "T3")]
    public async Task Prune_that_chose_a_release_before_its_deployment_started_does_it_no_harm(string before, bool zipToo)
    {
        await using var fixture = new SiteFixture();
        var one = fixture.Build(("index.html", "one"));
        await fixture.DeployAsync(one);
        await fixture.DeployAsync(fixture.Build(("index.html", "two")));
        foreach (var step in (await fixture.PlanAsync(one)).Where(step => step.Stage == Stage.Deploy))
        {
            if (step.Name == before) await RemoveAsync(fixture, one, zipToo);
            Assert.IsType<StepResult.Done>(await fixture.RunAsync(step));
        }

        Assert.Equal("one", await File.ReadAllTextAsync(fixture.Folder.In("site", "current", "index.html"), TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Row", "T3")]
    public async Task Prune_in_the_moment_of_the_switch_does_it_no_harm()
    {
        var removing = new RemovingFiles(new SiteFiles());
        await using var fixture = new SiteFixture(decorate: _ => removing);
        var one = fixture.Build(("index.html", "one"));
        await fixture.DeployAsync(one);
        await fixture.DeployAsync(fixture.Build(("index.html", "two")));
        removing.BeforeSwitch = () => RemoveAsync(fixture, one, zipToo: true);
        await fixture.DeployAsync(one);
        Assert.Equal("one", await File.ReadAllTextAsync(fixture.Folder.In("site", "current", "index.html"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Pruned_release_whose_artifact_is_nowhere_fails_the_switch_with_the_reason()
    {
        await using var fixture = new SiteFixture();
        var one = fixture.Build(("index.html", "one"));
        var plan = await fixture.PlanAsync(one);
        File.Delete(fixture.Folder.In(one.Reference));
        var errored = Assert.IsType<StepResult.Errored>(await fixture.RunAsync(plan[2]));
        Assert.Contains(one.Reference, errored.Exception.Message, StringComparison.Ordinal);
        Assert.Null(fixture.Site.ReadLink());
    }

    [Fact]
    public async Task Remove_release_that_is_served_does_nothing()
    {
        await using var fixture = new SiteFixture();
        var one = fixture.Build(("index.html", "one"));
        await fixture.DeployAsync(one);
        await fixture.Services.GetRequiredService<ISiteFiles>().RemoveReleaseAsync(fixture.Site, one.Digest.Hex, TestContext.Current.CancellationToken);
        Assert.Equal([one.Digest.Hex], Releases(fixture));
    }

    private static async Task RemoveAsync(SiteFixture fixture, Artifact build, bool zipToo)
    {
        await new SiteFiles().RemoveReleaseAsync(fixture.Site, build.Digest.Hex, TestContext.Current.CancellationToken);
        if (zipToo) await new SiteFiles().RemoveArtifactAsync(fixture.Site, $"{build.Digest.Hex}.zip", TestContext.Current.CancellationToken);
    }

    private static Task<IReadOnlyList<string>> PruneAsync(SiteFixture fixture, int newest, params IReadOnlyList<Digest> keep) =>
        fixture.Services.GetRequiredService<LocalSiteReleases>().PruneAsync(fixture.Settings, [.. keep], newest, TestContext.Current.CancellationToken);

    private static IEnumerable<string?> Names(params IReadOnlyList<Artifact> builds) => builds.Select(b => b.Digest.Hex).Order(StringComparer.Ordinal);

    private static IEnumerable<string?> Releases(SiteFixture fixture) =>
        Directory.EnumerateDirectories(fixture.Site.Releases).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}

/// <summary>Does something between the look at <c>current</c> and the switch.</summary>
internal sealed class RemovingFiles(ISiteFiles inner) : ISiteFiles
{
    public Func<Task> BeforeSwitch { get; set; } = () => Task.CompletedTask;

    public Task<CopyResult> CopyArtifactAsync(Stream source, SiteFolder folder, Digest digest, long maximumBytes, CancellationToken cancellationToken) =>
        inner.CopyArtifactAsync(source, folder, digest, maximumBytes, cancellationToken);

    public Task PublishReleaseAsync(SiteFolder folder, Digest digest, string unpacked, CancellationToken cancellationToken) =>
        inner.PublishReleaseAsync(folder, digest, unpacked, cancellationToken);

    public async Task SwitchCurrentAsync(SiteFolder folder, Digest digest, string? seen, CancellationToken cancellationToken)
    {
        await BeforeSwitch();
        await inner.SwitchCurrentAsync(folder, digest, seen, cancellationToken);
    }

    public Task RecordSwitchAsync(SiteFolder folder, SwitchRecord record, CancellationToken cancellationToken) =>
        inner.RecordSwitchAsync(folder, record, cancellationToken);

    public Task TakeDownAsync(SiteFolder folder, CancellationToken cancellationToken) => inner.TakeDownAsync(folder, cancellationToken);

    public Task RemoveReleaseAsync(SiteFolder folder, string name, CancellationToken cancellationToken) => inner.RemoveReleaseAsync(folder, name, cancellationToken);

    public Task RemoveArtifactAsync(SiteFolder folder, string fileName, CancellationToken cancellationToken) => inner.RemoveArtifactAsync(folder, fileName, cancellationToken);
}
