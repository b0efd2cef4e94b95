using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Commands;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Commands;

[Trait("Row", "D5")]
public sealed class CommentReaderTests
{
    [Theory]
    [InlineData("/deploy staging", "Deploy staging")]
    [InlineData("/deploy   staging  ", "Deploy staging")]
    [InlineData("/deploy\tstaging", "Deploy staging")]
    [InlineData("\n\n  /deploy staging\nThanks!", "Deploy staging")]
    [InlineData("/deploy staging\r\n\r\nplease", "Deploy staging")]
    [InlineData("/deploy web/staging", "Deploy web/staging")]
    [InlineData("/deploy Production_East.2", "Deploy Production_East.2")]
    [InlineData("> should we?\n\n/deploy staging", "Deploy staging")]
    [InlineData("```\n/deploy production\n```\n/deploy staging", "Deploy staging")]
    [InlineData("~~~sh\n```\n/deploy production\n~~~\n/deploy staging", "Deploy staging")]
    [InlineData("    /deploy production\n\n/deploy staging", "Deploy staging")]
    [InlineData("/promote production", "Promote production")]
    [InlineData("/promote production v1.2.3", "Promote production v1.2.3")]
    [InlineData("/rollback production", "Rollback production")]
    [InlineData("/rollback web/production sha-abc1234", "Rollback web/production sha-abc1234")]
    [InlineData("/lock staging for 2h load test", "Lock staging 02:00:00 'load test'")]
    [InlineData("/lock staging load   test for two days", "Lock staging 'load test for two days'")]
    [InlineData("/unlock staging", "Unlock staging")]
    [InlineData("/status", "Status")]
    [InlineData("/status staging", "Status staging")]
    [InlineData("/help", "Help")]
    public void Command_of_the_first_spoken_line_is_read(string body, string expected) => Assert.Equal(expected, Told(body));

    [Theory]
    [InlineData("")]
    [InlineData("Looks good to me")]
    [InlineData("Let us\n/deploy production")]
    [InlineData("> /deploy production")]
    [InlineData("> quoted\n/deploy production")]
    [InlineData("> quoted\r/deploy production")]
    [InlineData("> quoted\u2028/deploy production\n\nNo.")]
    [InlineData("> quoted\u0085/deploy production")]
    [InlineData("> quoted\f/deploy production")]
    [InlineData("    /deploy production")]
    [InlineData("\t/deploy production")]
    [InlineData(" \t/deploy production")]
    [InlineData("```\n/deploy production")]
    [InlineData("```\n/deploy production\n```")]
    [InlineData("````\n```\n/deploy production\n````")]
    [InlineData("```\n/deploy production\n~~~\n/deploy production")]
    [InlineData("`/deploy production`")]
    [InlineData("<!--\n/deploy production\n-->")]
    [InlineData("<details>\n\n/deploy production\n\n</details>")]
    [InlineData("- /deploy production")]
    [InlineData("**/deploy production**")]
    [InlineData("/lgtm")]
    [InlineData("/assign @kim")]
    [InlineData("/usr/bin/deploy production")]
    [InlineData("//deploy production")]
    [InlineData("/")]
    [InlineData("/ deploy production")]
    [InlineData("\\/deploy production")]
    [InlineData("\u200B/deploy production")]
    public void Talk_quotes_code_and_commands_of_other_bots_are_no_commands(string body) => Assert.Null(CommentReader.Read(body));

    [Fact]
    public void What_cannot_be_followed_is_told_with_what_would_be_right()
    {
        string[] bodies =
        [
            "/deploy", "/deploy staging production", "/deploy ../production", "/deploy a/b/c", "/deploy --force", "/deploy production;reboot", "/deploy $(id)",
            "/deploy @acme/platform", "/deploy <img src=x>", "/depoly staging", "/Deploy staging", "/rolback production", "/locks staging", "/promote", "/promote production v1 v2",
            "/promote production 'v1'", "/rollback production ../../v1", "/lock staging", "/lock staging for 2h", "/lock staging for ever because", "/lock", "/unlock", "/unlock a b",
            "/status a b", "/help me", $"/lock staging {new string('x', 600)}",
        ];
        var told = new StringBuilder();
        foreach (var body in bodies)
            told.Append($"{(body.Length > 60 ? body[..60] + "…" : body)}\n    {Assert.IsType<CommentCommand.Wrong>(CommentReader.Read(body)).Sentence}\n");
        Snapshot.Matches(told.ToString());
    }

    [Fact]
    public void Reason_of_a_lock_is_one_plain_line() =>
        Assert.Equal("load test now", Assert.IsType<CommentCommand.Asked>(CommentReader.Read("/lock staging load\u202E test\u0007 now\nand more")).Reason);

    [Fact]
    public void Anything_may_be_written_and_what_is_taken_of_it_is_plain()
    {
        var bodies = Gen.ListOf(Gen.Elements("/deploy", "/lock", "/promote", " ", " for 2h ", "staging", "web/", "\n", "\r", "> ", "```", "~~~", "\t", "    ", "\u2028", "\uD800", "\0", "'", "$(x)", "../", "v1"))
            .Select(parts => string.Concat(parts));
        Prop.ForAll(bodies.ToArbitrary(), body => CommentReader.Read(body) is not CommentCommand.Asked asked
            || ((asked.Place?.ToString() ?? "").All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.') && !(asked.Reason ?? "").Any(char.IsControl)
                && body.Contains($"/{asked.Verb.ToString().ToLowerInvariant()}", StringComparison.Ordinal)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Endless_comments_are_left_soon()
    {
        Assert.Null(CommentReader.Read(string.Concat(Enumerable.Repeat("> x\n\n", 100_000)) + "/deploy production"));
        Assert.Null(CommentReader.Read(new string('`', 200_000) + "\n/deploy production"));
    }

    [Fact]
    public void Help_names_every_verb_once() => Assert.Equal(Enum.GetValues<CommandVerb>(), CommandForms.All.Select(form => form.Verb));

    private static string Told(string body)
    {
        var asked = Assert.IsType<CommentCommand.Asked>(CommentReader.Read(body));
        string?[] parts = [asked.Verb.ToString(), asked.Place?.ToString(), asked.Version, asked.For?.ToString(), asked.Reason is { } reason ? $"'{reason}'" : null];
        return string.Join(' ', parts.OfType<string>());
    }
}
