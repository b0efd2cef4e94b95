using Towpath.Core.Applications;
using Towpath.Core.Commands;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Commands;

[Trait("Row", "T2")]
public sealed class PlanCommentTests
{
    private static readonly ForkBounds Bounds = new(50, 300);
    private static readonly string Head = new('a', 40);

    [Fact]
    [Trait("Attack", "markdown injection")]
    public void What_others_wrote_formats_nothing_and_calls_nobody()
    {
        foreach (var text in Hostile.Messages.Concat(Hostile.Refs))
        {
            var changed = new ConfigurationPlan { Changes = [new ConfigurationDifference.Changed(text, [text])], Notes = [new PlanNote(text, text)] };
            var wrong = ConfigurationPlan.Wrong([new SpecError(text, 1, 2, "x", text)]);
            foreach (var plan in (ConfigurationPlan[])[changed, wrong])
                Assert.Null(Hostile.HarmIn(PlanComment.Of(plan, Head, Bounds)[PlanComment.Marker.Length..]));
        }
    }

    [Fact]
    public void However_much_there_is_to_say_GitHub_takes_it()
    {
        var text = new string('<', 500);
        var much = new ConfigurationPlan { Changes = [.. Enumerable.Repeat(new ConfigurationDifference.Changed(text, [.. Enumerable.Repeat(text, 20)]), 100)], Notes = [.. Enumerable.Repeat(new PlanNote(text, text), 100)] };
        var wrong = ConfigurationPlan.Wrong([.. Enumerable.Repeat(new SpecError(text, 1, 1, "x", text), 1000)]);
        foreach (var plan in (ConfigurationPlan[])[much, wrong]) Assert.InRange(PlanComment.Of(plan, Head, Bounds).Length, 1, 65_536);
    }

    [Fact]
    public void Wrong_file_counts_before_what_another_would_change()
    {
        var both = ConfigurationPlan.Of([new ConfigurationPlan { Changes = [new ConfigurationDifference.Changed("application web", ["title: a → b"])] }, ConfigurationPlan.Wrong([new SpecError(".github/deploy.yml", 2, 3, "x", "no")])]);
        Assert.Contains("`.github/deploy.yml:2:3` no", PlanComment.Of(both, Head, Bounds), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_large_says_what_was_read_and_what_to_do() => Assert.Equal(
        """
        <!-- towpath:configuration-plan -->
        ### There is no plan, as this is more than Towpath reads of a fork

        As of `aaaaaaa`. It takes effect when it is merged, and not before.

        Of a pull request from a fork it reads the first 300 changed files, and up to 50 files of the configuration that differ from those of the branch. To see the plan, do one of these:
        - bring the fork up to date with the branch, so that fewer files differ
        - make several pull requests of it
        - have somebody who may push here push it as a branch of this repository

        """, PlanComment.Of(ConfigurationPlan.TooLarge, Head, Bounds), ignoreLineEndingDifferences: true);
}
