using Towpath.Local.Sites;
using Towpath.Local.Tests.Sites;

namespace Towpath.Local.Tests.Regressions;

/// <summary>Zips were compared with releases by the first digits that releases had once been named by: every zip older than a day was removed.</summary>
public sealed class ZipsOfKeptReleasesTests
{
    [Fact]
    public async Task Zip_of_a_kept_release_stays_however_old_it_is()
    {
        await using var fixture = new SiteFixture();
        var build = fixture.Build(("index.html", "one"));
        await fixture.DeployAsync(build);
        File.SetLastWriteTimeUtc(fixture.Site.Artifact(build.Digest), fixture.Time.GetUtcNow().UtcDateTime.AddDays(-2));
        await fixture.Services.GetRequiredService<LocalSiteReleases>().PruneAsync(fixture.Settings, [build.Digest], newest: 0, TestContext.Current.CancellationToken);
        Assert.True(File.Exists(fixture.Site.Artifact(build.Digest)));
    }
}
