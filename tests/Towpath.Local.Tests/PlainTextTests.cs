using System.Text;
using Towpath.Core;
using Towpath.Local.Verifications.Commands;

namespace Towpath.Local.Tests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("one\ttwo\r\n", "one two")]
    [InlineData("a\0\u202Eb", "a b")]
    [InlineData("\U0001F600\U0001F600", "\U0001F600\U0001F600")]
    public void Text_is_shown_in_one_line_without_what_hides(string text, string expected) => Assert.Equal(expected, PlainText.Of(text, 10));

    [Theory]
    [InlineData(4, "\U0001F600\U0001F600…")]
    [InlineData(5, "\U0001F600\U0001F600…")]
    [InlineData(6, "\U0001F600\U0001F600\U0001F600")]
    public void Pair_of_surrogates_is_never_cut_in_two(int maximum, string expected) =>
        Assert.Equal(expected, PlainText.Of("\U0001F600\U0001F600\U0001F600", maximum));

    // Not as InlineData: a half character does not survive the way to the runner.
    [Fact]
    public void Lone_surrogates_are_replaced()
    {
        Assert.Equal("a\uFFFDb\uFFFD", PlainText.Of("a\uD83Db\uDE00", 10));
        Assert.Equal("a\uFFFD", PlainText.Of("a\uD83D", 10));
    }

    [Fact]
    public async Task Long_lines_of_a_program_end_in_a_whole_character()
    {
        string[] written = [new string('x', 1999) + "\U0001F600", "\a\a" + new string('x', 1998) + "\U0001F600", string.Concat(Enumerable.Repeat("\U0001F600", 2000))];
        var lines = new List<string>();
        using var output = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', written)));
        await new LogLines(lines.Add).ReadAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal([new string('x', 1999) + "…", new string('x', 1998) + "\U0001F600", string.Concat(Enumerable.Repeat("\U0001F600", 1000)) + "…"], lines);
    }
}
