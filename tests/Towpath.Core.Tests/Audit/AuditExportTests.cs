using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Xunit;

namespace Towpath.Core.Tests.Audit;

public sealed class AuditExportTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact]
    public void Verify_untouched_export_is_intact()
    {
        var verified = AuditExport.Verify(Export(5), Key);
        Assert.True(verified.Intact);
        Assert.Equal(5, verified.Entries);
        Assert.True(verified.SignatureChecked);
    }

    [Fact]
    public void Verify_empty_log_is_intact() => Assert.True(AuditExport.Verify(Export(0), Key).Intact);

    [Fact]
    public void Verify_without_key_checks_the_chain_and_says_that_the_signature_was_not() =>
        Assert.Equal((true, false), (AuditExport.Verify(Export(3), null).Intact, AuditExport.Verify(Export(3), null).SignatureChecked));

    [Theory]
    [InlineData("kim", "lee", 2)]
    [InlineData("deployment.started", "deployment.stopped", 2)]
    [InlineData("2026-03-04T05:06:02", "2026-03-04T05:06:03", 2)]
    public void Verify_changed_line_is_found(string text, string changed, int line)
    {
        var lines = Export(4);
        lines[line - 1] = lines[line - 1].Replace(text, changed, StringComparison.Ordinal);
        var verified = AuditExport.Verify(lines, Key);
        Assert.Equal((false, line), (verified.Intact, verified.Line));
        Assert.Contains("was changed", verified.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_missing_line_is_found()
    {
        var lines = Export(4);
        lines.RemoveAt(1);
        Assert.Equal("entries 2 to 2 are missing or stand elsewhere", AuditExport.Verify(lines, Key).Problem);
    }

    [Fact]
    public void Verify_last_entry_removed_does_not_fit_the_head()
    {
        var lines = Export(4);
        lines.RemoveAt(3);
        Assert.Equal("the head speaks of 4 entries, the export has 3", AuditExport.Verify(lines, Key).Problem);
    }

    [Fact]
    public void Verify_cut_off_export_has_no_head() =>
        Assert.Equal("the head is missing: the export was cut off after entry 3", AuditExport.Verify(Export(4).Take(3), Key).Problem);

    [Fact]
    public void Verify_reordered_lines_are_found()
    {
        var lines = Export(4);
        (lines[1], lines[2]) = (lines[2], lines[1]);
        Assert.Equal((false, 2), (AuditExport.Verify(lines, Key).Intact, AuditExport.Verify(lines, Key).Line));
    }

    [Fact]
    public void Verify_chain_made_anew_without_the_key_does_not_pass_with_it()
    {
        var forged = Export(4, actor: "mallory", key: new byte[32]);
        Assert.Contains("signature does not fit", AuditExport.Verify(forged, Key).Problem, StringComparison.Ordinal);
        Assert.True(AuditExport.Verify(forged, null).Intact);
    }

    [Fact]
    public void Verify_text_that_is_no_export_is_refused_with_its_line() =>
        Assert.Equal((false, 1), (AuditExport.Verify(["hello"], Key).Intact, AuditExport.Verify(["hello"], Key).Line));

    [Fact]
    public void Verify_any_changed_character_of_any_entry_is_found() =>
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<char>(), (position, letter) =>
        {
            var lines = Export(6);
            var line = position.Get % 6;
            var at = position.Get % lines[line].Length;
            if (lines[line][at] == letter) return true;
            lines[line] = string.Concat(lines[line].AsSpan(0, at), [letter], lines[line].AsSpan(at + 1));
            return !AuditExport.Verify(lines, Key).Intact || SameEntry(lines[line], Export(6)[line]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    /// <summary>White space between the parts of JSON, or another spelling of the same text, changes nothing that the entry says.</summary>
    private static bool SameEntry(string line, string original) =>
        System.Text.Json.JsonSerializer.Deserialize(line, CoreJson.Default.SealedAuditEntry)
        == System.Text.Json.JsonSerializer.Deserialize(original, CoreJson.Default.SealedAuditEntry);

    private static List<string> Export(int count, string actor = "kim", byte[]? key = null)
    {
        AuditEntry[] entries = [.. Enumerable.Range(1, count).Select(i => new AuditEntry
        {
            Id = $"{i:x32}",
            At = new DateTimeOffset(2026, 3, 4, 5, 6, i, TimeSpan.Zero),
            Actor = actor,
            Action = "deployment.started",
            Application = "web-app",
            Environment = "production",
            Deployment = new DeploymentId($"{i:x32}"),
            Details = """{"version":"sha-abc1234"}""",
        })];
        var (head, seals) = AuditChain.Seal(ChainHead.Genesis, entries);
        return
        [
            .. entries.Zip(seals, (entry, seal) => AuditExport.Line(new SealedAuditEntry(seal.Position, seal.Hash, entry))),
            AuditExport.HeadLine(head, key ?? Key),
        ];
    }
}
