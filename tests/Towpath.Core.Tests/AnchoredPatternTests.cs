using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Towpath.Core.Tests;

public sealed class AnchoredPatternTests
{
    [Theory]
    [InlineData("main", "main", true)]
    [InlineData("main", "maintenance", false)]
    [InlineData("main", "not-main", false)]
    [InlineData("main", "Main", false)]
    [InlineData("main", "main\n", false)]
    [InlineData("main", "", false)]
    [InlineData("", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("*", "", true)]
    [InlineData("**", "a/b", true)]
    [InlineData("release/*", "release/1.0", true)]
    [InlineData("release/*", "release/1.0/hotfix", false)]
    [InlineData("release/*", "evil/release/1.0", false)]
    [InlineData("release/**", "release/1.0/hotfix", true)]
    [InlineData("v*", "v1.4.2", true)]
    [InlineData("v*", "dev1", false)]
    [InlineData("*-stable", "v1-stable", true)]
    [InlineData("*-stable", "v1-stable-not", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a/b/c", false)]
    [InlineData("**/docs/*", "a/docs/b/docs/c", true)]
    [InlineData("**/docs/*", "a/docs/b/x/c", false)]
    [InlineData("v1.4", "v1x4", false)]
    [InlineData("[a]", "a", false)]
    [InlineData("a?", "ab", false)]
    public void Pattern_is_about_the_whole_text(string pattern, string text, bool expected) => Assert.Equal(expected, AnchoredPattern.IsMatch(pattern, text));

    [Fact]
    public void Pattern_agrees_with_the_regular_expression_that_it_stands_for()
    {
        var pattern = Gen.Elements("a", "b", "/", "*", "**").ListOf().Select(parts => string.Concat(parts.Take(8)));
        var text = Gen.Elements('a', 'b', '/').ListOf().Select(letters => string.Concat(letters.Take(12)));
        Prop.ForAll(pattern.Zip(text).ToArbitrary(), pair => AnchoredPattern.IsMatch(pair.Item1, pair.Item2) == Regex.IsMatch(pair.Item2, Expression(pair.Item1), RegexOptions.None, TimeSpan.FromSeconds(10)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    [Fact]
    public void Many_stars_do_not_run_away() =>
        Assert.False(AnchoredPattern.IsMatch(string.Concat(Enumerable.Repeat("**a*", 60)) + "b", new string('a', 5_000)));

    // Three stars in a row are a double one.
    private static string Expression(string pattern) =>
        "^" + Regex.Replace(pattern, @"\*+", stars => stars.Length > 1 ? "[^\n]*" : "[^/\n]*", RegexOptions.None, TimeSpan.FromSeconds(1)) + @"\z";
}
