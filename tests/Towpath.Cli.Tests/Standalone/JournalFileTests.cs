using System.Text;
using Towpath.Cli.Standalone;
using Towpath.Cli.Tests.Processes;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Cli.Tests.Standalone;

public sealed class JournalFileTests
{
    private static readonly EnvironmentKey Key = new("web", "dev");
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_appended_is_read_again()
    {
        using var folder = new TemporaryFolder();
        using (var journal = JournalFile.TryOpen(folder.Path, Key)!)
        {
            journal.Append(Line("v1"));
            journal.Append(Line("v2"));
        }

        using var again = JournalFile.TryOpen(folder.Path, Key)!;
        Assert.Equal("v2", again.Last!.Deployment.Version);
    }

    /// <summary>A kill may leave any beginning of a line: every one of them is tried.</summary>
    [Fact]
    public void Torn_last_line_is_cut_off_wherever_it_was_torn()
    {
        using var folder = new TemporaryFolder();
        using (var journal = JournalFile.TryOpen(folder.Path, Key)!) journal.Append(Line("v1"));
        var path = JournalFile.PathOf(folder.Path, Key);
        var whole = File.ReadAllBytes(path);
        for (var torn = 0; torn < whole.Length; torn++)
        {
            File.WriteAllBytes(path, [.. whole, .. whole.AsSpan(0, torn)]);
            Assert.Equal("v1", JournalFile.ReadLast(folder.Path, Key)!.Deployment.Version);
            using (var journal = JournalFile.TryOpen(folder.Path, Key)!) journal.Append(Line("v2"));
            Assert.Equal(2, File.ReadAllLines(path).Length);
            Assert.Equal("v2", JournalFile.ReadLast(folder.Path, Key)!.Deployment.Version);
        }
    }

    [Fact]
    public void Line_longer_than_what_is_read_at_once_is_read_whole()
    {
        using var folder = new TemporaryFolder();
        using (var journal = JournalFile.TryOpen(folder.Path, Key)!)
        {
            journal.Append(Line("v1"));
            journal.Append(Line("v2") with { Event = new string('x', 3 << 20) });
        }

        Assert.Equal("v2", JournalFile.ReadLast(folder.Path, Key)!.Deployment.Version);
    }

    [Fact]
    public void Whole_line_that_is_not_ours_is_refused_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(JournalFile.PathOf(folder.Path, Key), "not json\n", Encoding.UTF8);
        var refused = Assert.Throws<InvalidDataException>(() => JournalFile.TryOpen(folder.Path, Key));
        Assert.Contains("web.dev.jsonl", refused.Message, StringComparison.Ordinal);
        // The lock is given back.
        File.Delete(JournalFile.PathOf(folder.Path, Key));
        JournalFile.TryOpen(folder.Path, Key)!.Dispose();
    }

    [Fact]
    public void Second_holder_is_refused_until_the_first_lets_go()
    {
        using var folder = new TemporaryFolder();
        using (JournalFile.TryOpen(folder.Path, Key)) Assert.Null(JournalFile.TryOpen(folder.Path, Key));
        using var free = JournalFile.TryOpen(folder.Path, Key);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task Transition_decided_on_an_older_state_is_a_conflict()
    {
        using var folder = new TemporaryFolder();
        using var file = JournalFile.TryOpen(folder.Path, Key)!;
        var journal = new FileJournal(file, (_, _) => { });
        var begun = journal.Begin(DeploymentMachine.Request(Deployment("v1")));
        var cancelled = (Next)DeploymentMachine.Apply(begun, new DeploymentEvent.CancelRequested(Now, "kim", null));
        Assert.Equal(JournalWrite.Written, await journal.WriteAsync(begun, cancelled, TestContext.Current.CancellationToken));
        Assert.Equal(JournalWrite.Conflict, await journal.WriteAsync(begun, cancelled, TestContext.Current.CancellationToken));
    }

    private static JournalLine Line(string version) => new() { At = Now, Event = "Requested", Deployment = Deployment(version) };

    private static Deployment Deployment(string version) => new()
    {
        Id = new DeploymentId(new string('a', 32)), Key = Key, BuildId = "", Commit = "", Version = version, Digest = Digest.Of(version), Artifacts = [],
        Origin = Origin.Manual, RequestedBy = "kim", RequestedAt = Now,
    };
}
