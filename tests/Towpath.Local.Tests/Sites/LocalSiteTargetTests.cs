using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Local.Sites;

namespace Towpath.Local.Tests.Sites;

public sealed class LocalSiteTargetTests
{
    private static readonly EnvironmentKey Key = new("docs", "dev");

    [Theory]
    [InlineData("docs-dev", null)]
    [InlineData("deep/docs-dev", null)]
    [InlineData("{folder}/docs-dev", null)]
    [InlineData("/etc", "outside the folders")]
    [InlineData("../docs", "`..`")]
    [InlineData("a/../../docs", "`..`")]
    [InlineData("link", "outside the folders")]
    [InlineData("link/deeper", "outside the folders")]
    public async Task Check_root_allows_only_what_the_operator_allows(string root, string? expected)
    {
        await using var fixture = new SiteFixture();
        File.CreateSymbolicLink(fixture.Folder.In("link"), "/tmp");
        var target = new TargetSpec("local-site", new JsonObject { ["root"] = root.Replace("{folder}", fixture.Folder.Path, StringComparison.Ordinal), ["port"] = 8081L });
        var problems = Target(fixture).Check(Key, target, fixture.Options.Limits);
        if (expected is null) Assert.Empty(problems);
        else Assert.Contains(expected, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_host_where_it_is_required_says_so()
    {
        var target = new LocalSiteTarget(new LocalOptions("here", HostRequired: true, new OperatorLimits { Folders = ["/tmp"] }, "data"), []);
        Assert.Contains("`host: here`", Assert.Single(target.Check(Key, Spec("a", 1, null), new OperatorLimits { Folders = ["/tmp"] })), StringComparison.Ordinal);
        Assert.Empty(target.Check(Key, Spec("a", 1, "there"), new OperatorLimits { Folders = ["/tmp"] }));
    }

    [Fact]
    public void Claims_same_folder_by_other_words_is_the_same_claim()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.In("alias"), "real");
        var target = new LocalSiteTarget(new LocalOptions("here", false, new OperatorLimits { Folders = [folder.Path] }, "data"), []);
        var expected = new[] { $"folder:{folder.In("real")}", "port:here:8081" };
        foreach (var root in new[] { "real", "./real/", "alias", folder.In("real") }) Assert.Equal(expected, target.Claims(Key, Spec(root, 8081, null)));
    }

    [Fact]
    public void Capability_names_the_host()
    {
        var target = new LocalSiteTarget(new LocalOptions("here", true, OperatorLimits.Nothing, "data"), []);
        Assert.Equal("host:here", target.Capability(Spec("a", 1, "here")));
        Assert.Equal("host:there", target.Capability(Spec("a", 1, "There")));
    }

    [Fact]
    public async Task Plan_has_four_steps_of_which_one_switches_and_the_same_to_go_back()
    {
        await using var fixture = new SiteFixture();
        var good = fixture.Build(("index.html", "good"));
        var now = fixture.Build(("index.html", "new"));
        var known = new RunningVersion(new DeploymentId("d"), "b", "v0", good.Digest, default);
        var planned = Assert.IsType<PlanResult.Planned>(await Target(fixture).PlanAsync(
            new PlanRequest(Key, fixture.Environment, "v1", "c", [now], known, [good]), TestContext.Current.CancellationToken));
        Assert.Equal(["fetch", "unpack", "switch", "observe"], planned.Steps.Select(step => step.Name));
        Assert.Equal(["switch"], planned.Steps.Where(step => step.Switches).Select(step => step.Name));
        Assert.All(planned.Steps, step => Assert.Equal(now.Digest.Value, (string?)step.Inputs["digest"]));
        Assert.All(planned.Rollback, step => Assert.Equal(good.Digest.Value, (string?)step.Inputs["digest"]));
        Assert.Equal(4, planned.Rollback.Count);
        Assert.False(Directory.Exists(fixture.Site.Root));
    }

    [Fact]
    public async Task Plan_other_kinds_of_artifact_is_refused()
    {
        await using var fixture = new SiteFixture();
        var site = fixture.Build(("index.html", "x"));
        await AssertRefusedAsync(fixture, "static-site", site with { Kind = ArtifactKind.Container });
        await AssertRefusedAsync(fixture, "one artifact", site, site with { Name = "other" });
        await AssertRefusedAsync(fixture, "has none");
        await AssertRefusedAsync(fixture, "scheme 's3'", site with { Reference = "s3://bucket/a.zip" });
        await AssertRefusedAsync(fixture, "at most", site with { Size = long.MaxValue });
    }

    private static async Task AssertRefusedAsync(SiteFixture fixture, string expected, params IReadOnlyList<Artifact> artifacts) =>
        Assert.Contains(expected, Assert.IsType<PlanResult.Refused>(await fixture.AnswerAsync(artifacts)).Reason, StringComparison.Ordinal);

    private static ITarget Target(SiteFixture fixture) => fixture.Services.GetRequiredService<ITarget>();

    private static TargetSpec Spec(string root, int port, string? host)
    {
        var settings = new JsonObject { ["root"] = root, ["port"] = port };
        if (host is not null) settings["host"] = host;
        return new TargetSpec("local-site", settings);
    }
}
