using System.Text.Json;
using Towpath.Cli.Tests.Processes;
using Towpath.Core.Audit;

namespace Towpath.Cli.Tests.Commands;

public sealed class AuditVerifyTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("whole", 0, "5 entries")]
    [InlineData("changed", 1, "line 3")]
    [InlineData("missing", 1, "line 3")]
    [InlineData("reordered", 1, "line 2")]
    [InlineData("cut off", 1, "line 6")]
    public async Task Export_is_judged_offline(string what, int exitCode, string said)
    {
        using var folder = new TemporaryFolder();
        var lines = Export();
        switch (what)
        {
            case "changed": lines[2] = lines[2].Replace("kim", "pat", StringComparison.Ordinal); break;
            case "missing": lines.RemoveAt(2); break;
            case "reordered": (lines[1], lines[2]) = (lines[2], lines[1]); break;
            case "cut off": lines.RemoveAt(5); break;
        }

        folder.Write("audit.jsonl", string.Join('\n', lines) + "\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "audit", "verify", "--file", "audit.jsonl");
        Assert.Equal(exitCode, ran.ExitCode);
        Assert.Contains(said, ran.Output + ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Signature_is_checked_with_the_key(bool right, int exitCode)
    {
        using var folder = new TemporaryFolder();
        folder.Write("audit.jsonl", string.Join('\n', Export()) + "\n");
        await File.WriteAllBytesAsync(folder["audit.key"], right ? Key : new byte[32], TestContext.Current.CancellationToken);
        var ran = await TowpathProcess.RunAsync(folder.Path, "audit", "verify", "--file", "audit.jsonl", "--key", "audit.key", "--json");
        Assert.Equal(exitCode, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Output);
        Assert.Equal(right, json.RootElement.GetProperty("intact").GetBoolean());
        Assert.Equal(right, json.RootElement.GetProperty("signature_checked").GetBoolean());
    }

    [Fact]
    public async Task Without_the_key_it_says_what_was_not_checked()
    {
        using var folder = new TemporaryFolder();
        folder.Write("audit.jsonl", string.Join('\n', Export()) + "\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "audit", "verify", "--file", "audit.jsonl");
        Assert.Contains("the signature was not checked", ran.Error, StringComparison.Ordinal);
    }

    private static List<string> Export()
    {
        AuditEntry[] entries = [.. Enumerable.Range(1, 5).Select(i => new AuditEntry
        {
            Id = $"{i:x32}", At = new DateTimeOffset(2026, 1, 1, 0, 0, i, TimeSpan.Zero), Actor = "kim", Action = "deployment.started", Application = "web",
        })];
        var (head, seals) = AuditChain.Seal(ChainHead.Genesis, entries);
        return [.. entries.Select((e, i) => Core.Audit.AuditExport.Line(new SealedAuditEntry(seals[i].Position, seals[i].Hash, e))), Core.Audit.AuditExport.HeadLine(head, Key)];
    }
}
