using Towpath.Core.Applications.Grammar;
using Xunit;

namespace Towpath.Core.Tests.Applications;

public sealed class GrammarTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("7d", 604800)]
    public void Duration_of_one_number_and_one_unit_is_read(string text, int seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("30")]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("+5m")]
    [InlineData("5 m")]
    [InlineData("5M")]
    [InlineData("1.5h")]
    [InlineData("1h30m")]
    [InlineData("999999999d")]
    [InlineData("99999999999999999999s")]
    public void Any_other_duration_is_refused(string? text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("aproval", "approvals")]
    [InlineData("autodeploy", "auto_deploy")]
    [InlineData("auto-deploy", "auto_deploy")]
    [InlineData("taregt", "target")]
    [InlineData("Target", "target")]
    [InlineData("zzz", null)]
    [InlineData("", null)]
    public void Misspelt_name_finds_the_likely_one(string name, string? expected) =>
        Assert.Equal(expected, Nearest.To(name, ["auto_deploy", "after", "approvals", "target", "verify"]));

    [Theory]
    [InlineData("env:NAME", true)]
    [InlineData("ssm:/a/b-c.d_e", true)]
    [InlineData("env:", false)]
    [InlineData("env:1A", false)]
    [InlineData("env:A B", false)]
    [InlineData("ssm:a", false)]
    [InlineData("ssm:/", false)]
    [InlineData("hunter2", false)]
    public void Secrets_are_references(string text, bool expected) => Assert.Equal(expected, Texts.IsReference(text));

    [Fact]
    public void Every_key_and_kind_of_the_grammar_is_described()
    {
        foreach (var key in Keys(Specs.Loader.Grammar.Root).Concat(Keys(OrganizationGrammar.Root)).Concat(Keys(Core.Operators.OperatorGrammar.Root)))
            Assert.EndsWith(".", key.Description, StringComparison.Ordinal);
    }

    private static IEnumerable<Key> Keys(Rule rule) => rule switch
    {
        Rule.Mapping mapping => mapping.Keys.Concat(mapping.Keys.SelectMany(key => Keys(key.Rule))),
        Rule.MapOf map => Keys(map.Value),
        Rule.ListOf list => Keys(list.Item),
        Rule.ByKind kinds => kinds.Kinds.Values.SelectMany(Keys),
        Rule.OneKeyOf keys => keys.Keys.Values.SelectMany(Keys),
        _ => [],
    };
}
