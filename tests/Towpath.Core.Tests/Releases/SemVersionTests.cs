using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Releases;
using Xunit;

namespace Towpath.Core.Tests.Releases;

[Trait("Row", "P2")]
public sealed class SemVersionTests
{
    [Theory]
    [InlineData("0.0.0", "0.0.0")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("10.20.300", "10.20.300")]
    [InlineData("1.0.0-alpha", "1.0.0-alpha")]
    [InlineData("1.0.0-rc.1+build.5", "1.0.0-rc.1")]
    [InlineData("1.0.0+001", "1.0.0")]
    [InlineData("1.0.0-0a.-.x-y", "1.0.0-0a.-.x-y")]
    public void Version_is_read(string text, string expected) => Assert.Equal(expected, SemVersion.TryParse(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("v1.2.3")]
    [InlineData("01.2.3")]
    [InlineData("1.2.03")]
    [InlineData("-1.2.3")]
    [InlineData("1.2.3-")]
    [InlineData("1.2.3-01")]
    [InlineData("1.2.3-a..b")]
    [InlineData("1.2.3+")]
    [InlineData("1.2.3-ä")]
    [InlineData("1.2.3 ")]
    [InlineData("1.2.٣")]
    [InlineData("9999999999999999999.0.0")]
    public void Anything_else_is_none(string text) => Assert.Null(SemVersion.TryParse(text));

    /// <summary>The order that the specification gives as its example (semver.org, 11).</summary>
    [Fact]
    public void Order_is_the_specification_s()
    {
        string[] ordered = ["0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.1.0", "2.0.0", "10.0.0"];
        var versions = ordered.Select(text => SemVersion.TryParse(text)!.Value).ToArray();
        Assert.Equal(versions, Enumerable.Reverse(versions).Order());
        Assert.All(versions.Zip(versions.Skip(1)), pair => Assert.True(pair.First < pair.Second && pair.Second > pair.First && pair.First <= pair.Second && pair.Second >= pair.First));
    }

    [Theory]
    [InlineData("1.2.3", Bump.Patch, "1.2.4")]
    [InlineData("1.2.3", Bump.Minor, "1.3.0")]
    [InlineData("1.2.3", Bump.Major, "2.0.0")]
    [InlineData("0.0.0", Bump.Minor, "0.1.0")]
    [InlineData("0.4.1", Bump.Major, "1.0.0")]
    [InlineData("2.0.0-rc.1", Bump.Patch, "2.0.0")]
    [InlineData("2.0.0-rc.1", Bump.Major, "2.0.0")]
    [InlineData("2.1.0-rc.1", Bump.Minor, "2.1.0")]
    [InlineData("2.1.0-rc.1", Bump.Major, "3.0.0")]
    [InlineData("2.1.1-rc.1", Bump.Minor, "2.2.0")]
    public void Next_version_follows_from_the_bump(string text, Bump bump, string expected) => Assert.Equal(expected, SemVersion.TryParse(text)!.Value.Next(bump).ToString());

    [Fact]
    public void Next_is_always_higher_and_a_greater_bump_never_lower()
    {
        var versions = from numbers in Gen.Choose(0, 20).Three()
                       from pre in Gen.Elements("", "", "rc.1", "alpha")
                       select new SemVersion(numbers.Item1, numbers.Item2, numbers.Item3, pre);
        Prop.ForAll(versions.ToArbitrary(), version => Enum.GetValues<Bump>().All(bump => version.Next(bump) > version && !version.Next(bump).IsPrerelease)
            && version.Next(Bump.Patch) <= version.Next(Bump.Minor) && version.Next(Bump.Minor) <= version.Next(Bump.Major)
            && SemVersion.TryParse(version.ToString()) == version).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
