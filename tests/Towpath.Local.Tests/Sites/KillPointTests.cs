using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Local.Tests.Sites;

public sealed class KillPointTests
{
    private const int Points = 8;

    public static TheoryData<int> All => [.. Enumerable.Range(1, Points)];

    [Fact]
    public async Task Deployment_has_the_known_number_of_points()
    {
        KillPoints? points = null;
        await using var fixture = new SiteFixture(decorate: inner => points = new KillPoints(inner));
        await fixture.DeployAsync(fixture.Build(("index.html", "one")));
        Assert.Equal(Points, points!.Passed);
        Assert.Equal(["copy", "publish", "switch", "record"], points.Effects);
    }

    [Theory]
    [MemberData(nameof(All))]
    [Trait("Row", "T3")]
    public async Task Deployment_broken_off_anywhere_resumes_and_switches_once(int killAt)
    {
        KillPoints? points = null;
        await using var fixture = new SiteFixture(decorate: inner => points = new KillPoints(inner));
        var one = fixture.Build(("index.html", "one"));
        await fixture.DeployAsync(one);
        points!.KillAt = points.Passed + killAt;
        points.Effects.Clear();
        var two = fixture.Build(("index.html", "two"));
        await RunResumingAsync(fixture, await fixture.PlanAsync(two));

        Assert.Equal(["copy", "publish", "switch", "record"], points.Effects);
        Assert.Equal($"releases/{two.Digest.Hex}/site", fixture.Site.ReadLink());
        Assert.Equal($"releases/{one.Digest.Hex}/site", fixture.StepHost.Undo!["current"]!.GetValue<string>());
        Assert.Equal(Expected(one, two), Directory.EnumerateDirectories(fixture.Site.Releases).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string?> Expected(params IReadOnlyList<Artifact> artifacts) => artifacts.Select(a => a.Digest.Hex).Order(StringComparer.Ordinal);

    private static async Task RunResumingAsync(SiteFixture fixture, IReadOnlyList<PlanStep> plan)
    {
        var killed = 0;
        foreach (var step in plan.Where(step => step.Stage == Stage.Deploy))
        {
            try
            {
                Assert.IsType<StepResult.Done>(await fixture.RunAsync(step));
            }
            catch (KilledException)
            {
                killed++;
                Assert.IsType<StepResult.Done>(await fixture.RunAsync(step, attempt: 2));
            }
        }
        Assert.Equal(1, killed);
    }
}
