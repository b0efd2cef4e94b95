using Towpath.Core.Artifacts;
using Xunit;

namespace Towpath.Core.Tests.Artifacts;

public sealed class VersionLabelTests
{
    public static TheoryData<string> Hostile => [.. Testing.Hostile.Refs, "..", ".", "../../etc/passwd", "-", "a/../b"];

    /// <summary>Labels become tags of images, and names in folders and addresses.</summary>
    [Theory]
    [MemberData(nameof(Hostile))]
    [Trait("Attack", "path traversal")]
    public void Hostile_branches_and_tags_come_to_plain_labels(string name)
    {
        foreach (var pattern in (string[])["{branch}", "{tag}", "{branch}-{short_sha}", "v-{tag}"])
        {
            var label = VersionLabel.From([pattern], new LabelSource("web", "a84d88e7554fc1fa21bcbc4efae3c782a70d2b9d", name, name, 7, DateTimeOffset.UnixEpoch))!;
            Assert.True(VersionLabel.IsOne(label), label);
            Assert.Matches(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z", label);
        }
    }

    private static readonly LabelSource Build = new(
        "web", "0123456789abcdef0123456789abcdef01234567", "main", Tag: null, 42, new DateTimeOffset(2026, 11, 21, 8, 9, 10, TimeSpan.FromHours(1)));

    [Theory]
    [InlineData("sha-{short_sha}", "sha-0123456")]
    [InlineData("{sha}", "0123456789abcdef0123456789abcdef01234567")]
    [InlineData("r{run_number}", "r42")]
    [InlineData("{timestamp}", "20261121070910")]
    [InlineData("{branch}-{slug}", "main-web")]
    [InlineData("fixed", "fixed")]
    public void Placeholders_of_a_pattern_are_filled_in(string pattern, string expected) => Assert.Equal(expected, VersionLabel.From([pattern], Build));

    [Fact]
    public void The_first_pattern_that_can_be_filled_in_wins()
    {
        Assert.Equal("sha-0123456", VersionLabel.From(["{tag}", "sha-{short_sha}"], Build));
        Assert.Equal("v1.4.2", VersionLabel.From(["{tag}", "sha-{short_sha}"], Build with { Tag = "v1.4.2" }));
        Assert.Null(VersionLabel.From(["{tag}", "r{run_number}"], Build with { RunNumber = null }));
    }

    [Theory]
    [InlineData("release/1.0", "release-1.0")]
    [InlineData("a b;c$(d)", "a-b-c--d-")]
    [InlineData("-x", "_-x")]
    [InlineData(".x", "_.x")]
    public void A_label_is_fit_for_a_container_tag(string tag, string expected) => Assert.Equal(expected, VersionLabel.From(["{tag}"], Build with { Tag = tag }));

    [Fact]
    public void A_label_is_never_longer_than_a_container_tag() =>
        Assert.Equal(128, VersionLabel.From(["{tag}"], Build with { Tag = "." + new string('x', 300) })!.Length);
}
