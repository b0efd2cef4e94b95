using Towpath.Core.Artifacts;
using Xunit;

namespace Towpath.Core.Tests.Artifacts;

public sealed class PlaceholdersTests
{
    private static readonly Dictionary<string, string?> Values = new(StringComparer.Ordinal) { ["a"] = "1", ["b"] = "{a}", ["empty"] = "", ["none"] = null };

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("{a}", "1")]
    [InlineData("x{a}y{a}z", "x1y1z")]
    [InlineData("{b}", "{a}")]
    [InlineData("{", "{")]
    [InlineData("}{", "}{")]
    [InlineData("{}", "{}")]
    [InlineData("{{a}}", "{1}")]
    [InlineData("{a", "{a")]
    [InlineData("a}{a}", "a}1")]
    [InlineData("{x{a}", "{x1")]
    [InlineData("{empty}", null)]
    [InlineData("{none}", null)]
    [InlineData("{unknown}", null)]
    [InlineData("{A}", null)]
    public void Names_in_braces_are_filled_in_once(string pattern, string? expected) => Assert.Equal(expected, Placeholders.Fill(pattern, Values));

    [Fact]
    public void Names_are_listed_in_order() => Assert.Equal(["b", "a", "b"], Placeholders.NamesIn("x{b}{a}/{}{b}}"));
}
