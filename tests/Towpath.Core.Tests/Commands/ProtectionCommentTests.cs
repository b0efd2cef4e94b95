using Towpath.Core.Commands;
using Towpath.Core.Gates;
using Xunit;

namespace Towpath.Core.Tests.Commands;

[Trait("Row", "N5")]
public sealed class ProtectionCommentTests
{
    [Fact]
    public void However_much_there_is_to_say_GitHub_takes_it()
    {
        var check = new GateResult { Gate = "check", State = GateState.Closed, Facts = new Dictionary<string, string> { ["name"] = new('*', 500) } };
        var gates = new GateResult { Gate = "all", State = GateState.Closed, Children = [new GateResult { Gate = "checks", State = GateState.Closed, Children = [.. Enumerable.Repeat(check, 40)] }] };
        var finding = new ProtectionFinding(ProtectionAnswerState.Waiting, new string('`', 400), new string('<', 900))
        {
            Version = new string('[', 300), Url = "https://towpath.example.com/deployments/1", WhatToDo = new string('@', 900), Gates = gates,
        };
        foreach (var count in (int[])[1, 2, 20])
            Assert.InRange(ProtectionComment.Render([.. Enumerable.Repeat(finding, count)]).Length, 1, ProtectionComment.Longest);
    }

    [Fact]
    public void What_others_wrote_formats_nothing_and_calls_nobody()
    {
        var said = ProtectionComment.Render([new ProtectionFinding(ProtectionAnswerState.Closed, "web/`x`", "rejected by @kim: <img src=x> **now** #1") { Version = "v1](http://evil)" }]);
        Assert.DoesNotContain("<img", said, StringComparison.Ordinal);
        Assert.DoesNotContain("@kim", said, StringComparison.Ordinal);
        Assert.DoesNotContain("**now**", said, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", said, StringComparison.Ordinal);
    }
}
