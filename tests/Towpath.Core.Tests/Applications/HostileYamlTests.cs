using System.Globalization;
using System.Text;
using Towpath.Core.Applications.Yaml;
using Xunit;

namespace Towpath.Core.Tests.Applications;

/// <summary>Input that was made to hurt: bounded work, one clear error, never an exception.</summary>
public sealed class HostileYamlTests
{
    private const string BillionLaughs = """
        a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
        d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
        """;

    public static TheoryData<string, string, string> Cases => new()
    {
        { "a bomb of aliases", BillionLaughs, "alias" },
        { "deep lists", "a: " + new string('[', 100_000), "too-deep" },
        { "deep mappings", string.Concat(Enumerable.Repeat("{a: ", 100_000)), "too-deep" },
        { "deep block lists", string.Concat(Enumerable.Repeat("- ", 100_000)), "too-deep" },
        { "deep keys", string.Concat(Enumerable.Repeat("? ", 100_000)), "too-deep" },
        { "deep by indentation", Indented(200), "too-deep" },
        { "many values", "a: [" + string.Concat(Enumerable.Repeat("x,", 60_000)) + "]", "too-many-values" },
        { "many keys", string.Concat(Enumerable.Range(0, 60_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"k{i}: 1\n"))), "too-many-values" },
        { "too many characters", "a: " + new string('x', YamlLimits.Size), "too-large" },
        { "too many bytes in few characters", "a: " + new string('€', YamlLimits.Size / 2), "too-large" },
        { "a NUL, behind which a parser would stop", "name: web\n\0secret: true\n", "not-text" },
        { "an escape sequence", "name: \u001b[31mweb\n", "not-text" },
        { "bytes that are not UTF-8", "name: w\uFFFDb\n", "not-text" },
        { "an escape that makes a NUL", "name: \"we\\0b\"\n", "not-text" },
        { "an escape that makes half a pair", "name: \"we\\ud800b\"\n", "broken-yaml" },
        { "a key with an escape sequence", "\"\\e[31mname\": web\n", "not-text" },
        { "more errors than anyone reads", string.Concat(Enumerable.Range(0, 20_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"k{i}: 1\n"))), "too-many-errors" },
        { "a directive", "%TAG ! tag:example.com,2026:\n---\nname: !x web\n", "tag" },
        { "an endless plain text", "a: " + string.Concat(Enumerable.Repeat("word\n  ", 50_000)), "unknown-key" },
        { "an endless key", new string('k', 500_000) + ": 1", "broken-yaml" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hostile_text_is_refused_with_its_reason(string name, string text, string code)
    {
        var result = Specs.Load(text, organization: text);
        Assert.Null(result.Configuration);
        Assert.True(result.Errors.Any(e => string.Equals(e.Code, code, StringComparison.Ordinal) && string.Equals(e.File, "apps/web.yaml", StringComparison.Ordinal)),
            name + ": " + string.Join('\n', result.Errors.Take(5)));
        Assert.InRange(result.Errors.Count, 1, 3 * YamlLimits.Errors);
        Assert.All(result.Errors, error => Assert.InRange(error.Message.Length, 1, 600));
    }

    [Fact]
    public void A_place_of_unfit_text_counts_from_one()
    {
        var error = Assert.Single(Specs.Load("name: web\ntitle: a\0b\n").Errors, e => e.Code == "not-text");
        Assert.Equal((2, 9), (error.Line, error.Column));
    }

    [Fact]
    public void Messages_never_carry_control_characters()
    {
        var errors = Specs.Load("\"na\\e[31mme\": x\nname: \"\\e]0;owned\\a\\u202e\"\n").Errors;
        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.DoesNotContain(error.Message, c => char.IsControl(c) || c == '\u202e'));
    }

    [Theory]
    [InlineData("{ kind: commit # a comment\n  }")]
    [InlineData("{ # a comment\n  kind: commit }")]
    [InlineData("\n  # a comment\n  kind: commit # another\n  # and one more")]
    [InlineData("{\n  kind:\n    commit,   # a comment\n  }")]
    [InlineData("{\n  kind: commit   # a comment\n\n  # and one more\n  }")]
    public void Comments_may_stand_anywhere(string artifact) => Assert.Equal("web", Specs.Load(
        $"# first\nname: web # the name\nartifact: {artifact}\nenvironments: {{ dev: {{ target: {{ kind: local-site, root: r }} }} }}\n# last").Application().Name);

    [Theory]
    [InlineData("\uFEFF", "\n")]
    [InlineData("", "\r\n")]
    [InlineData("\uFEFF", "\r\n")]
    public void Byte_order_mark_and_line_endings_of_other_systems_are_read(string mark, string ending) =>
        Assert.Equal("web", Specs.Load(mark + Specs.Web.ReplaceLineEndings(ending)).Application().Name);

    [Fact]
    public void Lines_are_counted_right_with_line_endings_of_other_systems() =>
        Assert.Equal(5, Assert.Single(Specs.Load((Specs.Web + "colour: blue\n").ReplaceLineEndings("\r\n")).Errors).Line);

    /// <summary>Every error of the parser is an error of the file. Whatever else it throws would take the process along.</summary>
    [Fact]
    public void Mangled_specs_never_throw()
    {
        var random = new Random(20261121);
        var seed = BrokenCases.Read("configurations.txt").SelectMany(c => c.Files.Values).Append(BillionLaughs).ToArray();
        for (var round = 0; round < 3_000; round++)
        {
            var text = Mangle(seed[random.Next(seed.Length)], random);
            _ = Specs.Load(text, organization: text);
        }
    }

    private static string Mangle(string text, Random random)
    {
        const string Special = "&*!|>'\"%@`{}[],:?-#~<\\\n\r\t \u0085\u2028\uFEFFxU0\uD800";
        var mangled = new StringBuilder(text);
        for (var i = random.Next(1, 6); i > 0 && mangled.Length > 1; i--)
        {
            var at = random.Next(mangled.Length);
            if (random.Next(3) == 0) mangled.Remove(at, Math.Min(random.Next(1, 20), mangled.Length - at));
            else mangled.Insert(at, Special[random.Next(Special.Length)]);
        }

        return mangled.ToString();
    }

    private static string Indented(int levels) =>
        string.Concat(Enumerable.Range(0, levels).Select(level => new string(' ', level) + "a:\n"));
}
