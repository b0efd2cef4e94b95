using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Tests.Gates;
using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests.Commands;

[Trait("Row", "T14")]
public sealed class StatusCommentTests
{
    private static readonly StatusReport Staging = new()
    {
        Key = new EnvironmentKey("web", "staging"), Phase = Phase.Succeeded, Version = "sha-abc1234", Commit = "abc1234def", RequestedBy = "kim", At = VirtualTime.Start,
        Branch = "feature/cart", CommitMessage = "Cart keeps its items\n\nFixes the bug.", Url = "https://towpath.example.com/deployments/1", EnvironmentUrl = "https://staging.example.com/",
        Gates = new GateScene().After("dev").SucceededIn("dev").Evaluate(),
        Steps = [new("upload", StepStatus.Done), new("switch", StepStatus.Done, "new revision web:7"), new("http", StepStatus.Done, "status 200 after 2 s")],
    };

    private static readonly StatusReport Production = Staging with
    {
        Key = new EnvironmentKey("web", "production"), Phase = Phase.Waiting, EnvironmentUrl = null, Steps = [],
        Gates = new GateScene().After("staging").SucceededIn("staging").Requires(("staff", 2)).RequestedBy("pat").Approved("bo", "staff").LockedUntil("10:15").Evaluate(),
    };

    public static TheoryData<string> Hostile =>
    [
        "@acme/everyone", "thanks @kim!", "mail kim@example.com", "fixes #12 and acme/web#13, GH-14", "see https://evil.example/?a=b www.evil.example HTTP://x",
        "<img src=x onerror=alert(1)>", "&lt;script&gt;", "[click](javascript:alert(1))", "![pixel](https://evil.example/p.png)", "`code` ``more``", "| a | b |", "a\n# heading\n/deploy production",
        "--> <!-- towpath:status -->", "**bold** _it_ ~~no~~", "$x$ $$y$$", "\u202Eevil\u2066", "\u0007\0bell", "- item", "1. item", "+ item", "\uD800lone", "\\@kim \\`x\\`", "</details>",
        "![x][y] [^1]", "&commat;kim", "{{ template }}", "$(id) `id` ; rm -rf /", new string('x', 5000), new string('`', 50), "",
    ];

    [Fact]
    public void Comment_reads_well() => Snapshot.Matches(StatusComment.Render([Staging, Production], ["kim asked for /deploy staging: done."]));

    [Fact]
    public void Failure_says_why_and_what_became_of_it() => Snapshot.Matches(StatusComment.Render(
    [
        Staging with
        {
            Phase = Phase.RolledBack, Outcome = "http: status 500 instead of 200; v1 runs again", EnvironmentUrl = null,
            Steps = [new("upload", StepStatus.Done), new("switch", StepStatus.Done), new("http", StepStatus.Failed, "status 500")],
        },
    ], []));

    [Fact]
    public void Help_and_the_answer_to_what_cannot_be_followed_read_well() =>
        Snapshot.Matches(StatusComment.Render([], [((CommentCommand.Wrong)CommentReader.Read("/depoly staging")!).Sentence, "an earlier one"], help: true) + "\n---\n" + StatusComment.Render([], []));

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_text_calls_links_and_formats_nothing(string text)
    {
        var rendered = Markdown.Text(text, 300);
        Assert.DoesNotContain('\n', rendered);
        Assert.DoesNotContain('<', rendered);
        Assert.DoesNotContain('>', rendered);
        Assert.All(Indices(rendered, '@').Concat(Indices(rendered, '#')), i => Assert.Equal('\u200B', rendered[i + 1]));
        Assert.All(Indices(rendered, '`').Concat(Indices(rendered, '[')).Concat(Indices(rendered, '|')).Concat(Indices(rendered, '*')), i => Assert.Equal('\\', rendered[i - 1]));
        Assert.DoesNotContain("http://", rendered, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", rendered, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("www.", rendered, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("GH-1", rendered, StringComparison.Ordinal);
        Assert.True(rendered.Length < 1000);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_text_does_not_leave_its_code_span(string text)
    {
        var rendered = Markdown.Code(text, 300);
        if (rendered == "–") return;
        Assert.Equal(2, rendered.Count(c => c == '`'));
        Assert.True(rendered[0] == '`' && rendered[^1] == '`');
        Assert.DoesNotContain('\n', rendered);
        Assert.DoesNotContain('|', rendered);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_names_leave_the_form_of_the_comment_as_it_is(string text)
    {
        var report = Staging with
        {
            Version = text, Branch = text, CommitMessage = text, RequestedBy = text, Outcome = text, Url = text, EnvironmentUrl = text,
            Steps = [new(text, StepStatus.Failed, text)], Gates = new GateScene().NeedsChecks().Checked(text, "failure", text).Evaluate(),
        };
        var rendered = StatusComment.Render([report], [text]);
        Assert.StartsWith(StatusComment.Marker + "\n", rendered, StringComparison.Ordinal);
        Assert.Equal(1, rendered.Split(StatusComment.Marker).Length - 1);
        Assert.Equal(1, rendered.Split('\n').Count(line => line.StartsWith('#')));
        Assert.Equal(3, rendered.Split('\n').Count(line => line.StartsWith('|')));
        Assert.DoesNotContain(rendered.Split('\n'), line => line.StartsWith('/'));
        var outsideOfCode = string.Concat(rendered.Split('`').Where((_, i) => i % 2 == 0)).Replace("\\](", "", StringComparison.Ordinal);
        Assert.DoesNotContain("](", outsideOfCode, StringComparison.Ordinal);
        Assert.Null(CommentReader.Read(rendered));
    }

    [Theory]
    [InlineData("https://example.com/a?b=c#d", "[x](<https://example.com/a?b=c#d>)")]
    [InlineData("http://127.0.0.1:8470/x", "[x](<http://127.0.0.1:8470/x>)")]
    [InlineData("javascript:alert(1)", "x")]
    [InlineData("data:text/html,x", "x")]
    [InlineData("//evil.example", "x")]
    [InlineData("https://user:pass@evil.example/", "x")]
    [InlineData("https://example.com/> [y](z", "[x](<https://example.com/%3E%20[y](z>)")]
    [InlineData("", "x")]
    [InlineData(null, "x")]
    public void Only_addresses_of_the_web_become_links(string? url, string expected) => Assert.Equal(expected, Markdown.Link("x", url));

    [Fact]
    public void Comment_stays_within_what_github_takes()
    {
        var step = new StatusStep(new string('|', 300), StepStatus.Failed, new string('#', 3000));
        var rendered = StatusComment.Render([.. Enumerable.Range(0, 200).Select(_ => Staging with { Steps = [.. Enumerable.Repeat(step, 100)] })], []);
        Assert.InRange(rendered.Length, 1000, 65_000);
        Assert.Contains("not shown here", rendered, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Indices(string text, char c) => Enumerable.Range(0, text.Length).Where(i => text[i] == c);
}
