using Towpath.Testing;
using Xunit;

namespace Towpath.Core.Tests;

public sealed class SnapshotTests
{
    [Fact]
    public void Another_text_than_the_reviewed_one_names_the_line_and_what_to_do()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("TOWPATH_UPDATE_SNAPSHOTS") is not null, "snapshots are being written");
        var thrown = Assert.Throws<SnapshotException>(() => Snapshot.Matches("found", "NoSuchSnapshot"));
        Assert.Contains("from line 1", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("TOWPATH_UPDATE_SNAPSHOTS=1", thrown.Message, StringComparison.Ordinal);
    }
}
