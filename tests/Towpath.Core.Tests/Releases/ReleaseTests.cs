using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Artifacts;
using Towpath.Core.Releases;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Releases;

[Trait("Row", "P2")]
public sealed class ReleaseTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private static readonly MergedPull[] Pulls =
    [
        new(41, "Cart keeps its items", "kim", ["enhancement"]),
        new(42, "Totals are right again", "ana", ["bug", "area/cart"]),
        new(43, "Old API is gone", "bo", ["major", "enhancement"]),
        new(44, "Thanks @acme/everyone, fixes #1 <img src=x> `x` [y](https://evil.example)", "dependabot[bot]", []),
        new(45, "Typo", "kim", ["no-release", "major"]),
        new(46, "- item\n# heading\n<!-- towpath:draft other -->", "evil`|@kim", ["patch"]),
    ];

    [Fact]
    public void Notes_are_grouped_by_label_and_call_nobody()
    {
        var draft = ReleaseDrafts.Plan(ReleaseRules.Standard, "web", Commit, [new KnownRelease(1, "v1.4.2", IsDraft: false)], Pulls)!;
        Snapshot.Matches($"{draft.Tag} of {draft.Commit}\n{draft.Notes}");
    }

    [Theory]
    [InlineData("", "v1.5.0")]
    [InlineData("docs", "v1.5.0")]
    [InlineData("minor", "v1.5.0")]
    [InlineData("Enhancement", "v1.5.0")]
    [InlineData("bug", "v1.4.3")]
    [InlineData("hotfix", "v1.4.3")]
    [InlineData("patch", "v1.4.3")]
    [InlineData("patch,enhancement", "v1.5.0")]
    [InlineData("MAJOR,patch", "v2.0.0")]
    [InlineData("no-release", null)]
    [InlineData("no-release,major", null)]
    public void Labels_of_one_pull_request_give_the_next_version(string labels, string? expected) =>
        Assert.Equal(expected, Plan(ReleaseRules.Standard, [new MergedPull(1, "x", "kim", [.. labels.Split(',', StringSplitOptions.RemoveEmptyEntries)])])?.Tag);

    [Fact]
    public void Greatest_bump_of_all_counts_and_what_is_left_out_counts_for_nothing()
    {
        Assert.Equal("v2.0.0", Plan(ReleaseRules.Standard, Pulls)!.Tag);
        Assert.Equal("v1.5.0", Plan(ReleaseRules.Standard, [.. Pulls.Where(pull => pull.Number != 43)])!.Tag);
        Assert.Equal("v1.4.3", Plan(ReleaseRules.Standard, [Pulls[1], Pulls[4]])!.Tag);
        Assert.Null(Plan(ReleaseRules.Standard, []));
    }

    [Fact]
    public void Rules_may_be_others()
    {
        var rules = new ReleaseRules { Tag = "web-{version}", Major = ["breaking"], Minor = ["feature"], Patch = ["chore"], Default = Bump.Patch, Skip = ["quiet"] };
        var releases = new[] { new KnownRelease(1, "v9.0.0", false), new KnownRelease(2, "web-0.3.1", false), new KnownRelease(3, "api-5.0.0", false) };
        Assert.Equal("web-0.3.2", ReleaseDrafts.Plan(rules, "web", Commit, releases, [new MergedPull(1, "x", "kim", ["major"])])!.Tag);
        Assert.Equal("web-1.0.0", ReleaseDrafts.Plan(rules, "web", Commit, releases, [new MergedPull(1, "x", "kim", ["breaking"])])!.Tag);
        Assert.Null(ReleaseDrafts.Plan(rules, "web", Commit, releases, [new MergedPull(1, "x", "kim", ["Quiet"])]));
    }

    [Theory]
    [InlineData("v{version}", "v1.2.3", "1.2.3")]
    [InlineData("v{version}", "v1.2.3-rc.1", "1.2.3-rc.1")]
    [InlineData("v{version}", "1.2.3", null)]
    [InlineData("v{version}", "vv1.2.3", null)]
    [InlineData("v{version}", "v", null)]
    [InlineData("web-{version}-final", "web-1.2.3-final", "1.2.3")]
    [InlineData("web-{version}-final", "web-final", null)]
    [InlineData("{version}", "1.2.3", "1.2.3")]
    [InlineData("none", "none", null)]
    public void Tag_tells_the_version(string form, string tag, string? expected) => Assert.Equal(expected, new ReleaseRules { Tag = form }.VersionOf(tag)?.ToString());

    [Fact]
    public void First_release_begins_at_zero() => Assert.Equal("v0.1.0", ReleaseDrafts.Plan(ReleaseRules.Standard, "web", Commit, [], [Pulls[0]])!.Tag);

    [Fact]
    public void Oldest_draft_of_ours_is_updated_and_others_are_left_alone()
    {
        KnownRelease[] releases =
        [
            new(9, "v2.0.0", IsDraft: true, ReleaseDrafts.Marker("web") + "\nsomething"), new(4, "v1.5.0", IsDraft: true, "\n" + ReleaseDrafts.Marker("web")),
            new(3, "v7.0.0", IsDraft: true, "somebody's own"), new(2, "v1.6.0", IsDraft: true, ReleaseDrafts.Marker("web-admin")), new(1, "v1.4.2", IsDraft: false, ReleaseDrafts.Marker("web")),
        ];
        var draft = ReleaseDrafts.Plan(ReleaseRules.Standard, "web", Commit, releases, Pulls)!;
        Assert.Equal((4L, "v2.0.0"), (draft.Update!.Value, draft.Tag));
        Assert.Equal([9], draft.Superfluous);
    }

    [Fact]
    [Trait("Row", "T5")]
    public void Any_order_with_repetitions_gives_the_same_draft()
    {
        KnownRelease[] releases = [new(1, "v1.4.2", false), new(2, "v1.4.1", false), new(5, "v1.5.0", true, ReleaseDrafts.Marker("web")), new(6, "v1.5.0", true, ReleaseDrafts.Marker("web"))];
        var expected = ReleaseDrafts.Plan(ReleaseRules.Standard, "web", Commit, releases, Pulls)!;
        var heard = Gen.Zip(Gen.Shuffle([.. Pulls, .. Pulls]), Gen.Shuffle([.. releases, .. releases]));
        Prop.ForAll(heard.ToArbitrary(), both =>
        {
            var draft = ReleaseDrafts.Plan(ReleaseRules.Standard, "web", Commit, both.Item2, both.Item1)!;
            return draft with { Superfluous = [] } == expected with { Superfluous = [] } && draft.Superfluous.SequenceEqual(expected.Superfluous);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Endless_notes_are_cut_at_a_line()
    {
        var many = Enumerable.Range(1, 3000).Select(number => new MergedPull(number, new string('x', 300), "kim", [])).ToArray();
        var notes = Plan(ReleaseRules.Standard, many)!.Notes;
        Assert.InRange(notes.Length, 90_000, 101_000);
        Assert.EndsWith("There is more than fits here.\n", notes, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "P3")]
    public void Published_release_promotes_the_build_of_its_commit() =>
        Assert.Equal(new ReleasePublication.Promote(Built(Commit, "sha-0123456"), "v1.5.0"), Decide("v1.5.0", Built(Commit, "sha-0123456"), Built("fedcba9876", "sha-fedcba9")));

    [Fact]
    [Trait("Row", "P3")]
    public void Release_that_was_published_twice_is_that_release() => Assert.IsType<ReleasePublication.Already>(Decide("v1.5.0", Built(Commit, "sha-0123456"), Built(Commit, "v1.5.0")));

    [Fact]
    [Trait("Row", "P3")]
    public void Unbuilt_commit_says_which_build_is_missing()
    {
        var refused = Assert.IsType<ReleasePublication.Refused>(Decide("v1.5.0", Built("fedcba9876", "sha-fedcba9")));
        Assert.Equal("web has no build of 0123456, which v1.5.0 points to; a release promotes what CI has built, and builds nothing. Let CI build that commit and report it, then publish again", refused.Reason);
    }

    [Fact]
    [Trait("Row", "P3")]
    public void Version_that_means_another_commit_is_refused()
    {
        var refused = Assert.IsType<ReleasePublication.Refused>(Decide("v1.5.0", Built(Commit, "sha-0123456"), Built("fedcba9876", "v1.5.0")));
        Assert.Contains("the build of fedcba9 already", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nightly")]
    [InlineData("web-1.5.0")]
    [InlineData("v1.5")]
    [Trait("Row", "P3")]
    public void Other_tags_are_not_ours(string tag) => Assert.IsType<ReleasePublication.NotOurs>(Decide(tag, Built(Commit, "sha-0123456")));

    private static ReleaseDraft? Plan(ReleaseRules rules, IReadOnlyCollection<MergedPull> pulls) =>
        ReleaseDrafts.Plan(rules, "web", Commit, [new KnownRelease(1, "v1.4.2", IsDraft: false), new KnownRelease(2, "v1.3.9", IsDraft: false), new KnownRelease(3, "v8.0.0", IsDraft: true)], pulls);

    private static ReleasePublication Decide(string tag, params IReadOnlyCollection<Build> builds) => ReleasePublication.Decide(ReleaseRules.Standard, "web", tag, Commit, builds);

    private static readonly IReadOnlyList<Artifact> Artifacts = [new(Artifact.DefaultName, ArtifactKind.Container, "r@sha256:0", Digest.Of("v2"))];

    private static Build Built(string commit, string version) => new()
    {
        Id = $"build-{version}", Application = "web", Commit = commit, Version = version, Artifacts = Artifacts, Digest = Digest.Of("v2"), ReportedBy = "ci", ReportedAt = VirtualTime.Start,
    };
}
