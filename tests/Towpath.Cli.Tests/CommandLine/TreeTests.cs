using Towpath.Cli.CommandLine;

namespace Towpath.Cli.Tests.CommandLine;

public sealed class TreeTests
{
    public static TheoryData<string> Examples() => [.. Descriptions.Leaves(Tree.Build()).SelectMany(c => c.Command.Examples).Concat(Tree.Examples)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_in_the_help_parses_without_errors(string example)
    {
        var parsed = Tree.Build().Parse(ShellWords.Of(example)!);
        Assert.Empty(parsed.Errors);
        Assert.IsAssignableFrom<Verb>(parsed.CommandResult.Command);
    }

    [Fact]
    public void Every_command_says_what_it_does_shows_an_example_and_documents_its_json()
    {
        var commands = Descriptions.Leaves(Tree.Build()).ToList();
        Assert.Equal(34, commands.Count);
        Assert.All(commands, c =>
        {
            Assert.NotEmpty(c.Command.Description!);
            Assert.NotEmpty(c.Command.Examples);
            Assert.NotEmpty(c.Command.JsonValue);
            Assert.All(c.Command.Options, o => Assert.False(string.IsNullOrEmpty(o.Description), $"{c.Path} {o.Name}"));
            Assert.All(c.Command.Arguments, a => Assert.False(string.IsNullOrEmpty(a.Description), $"{c.Path} {a.Name}"));
        });
    }

    [Theory]
    [InlineData("promot", "promote")]
    [InlineData("stauts", "status")]
    [InlineData("aprove", "approve")]
    [InlineData("valid", "validate")]
    public void Misspelt_command_gets_a_suggestion(string typed, string meant) =>
        Assert.Equal(meant, Suggestions.For(typed, Tree.Build().Subcommands.Select(c => c.Name)));

    [Fact]
    public void Word_that_resembles_nothing_gets_none() =>
        Assert.Null(Suggestions.For("xylophone", Tree.Build().Subcommands.Select(c => c.Name)));

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("7d", 604800)]
    public void Duration_is_read_as_in_the_specs(string text, int seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("1w")]
    public void Anything_else_is_no_duration(string text) => Assert.False(Durations.TryParse(text, out _));
}
