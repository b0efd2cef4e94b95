using Towpath.Aws.CloudFront;
using Towpath.Aws.StaticSite.Uploads;

namespace Towpath.Aws.Tests.StaticSite;

public sealed class InvalidationPathsTests
{
    [Fact]
    public void Index_of_a_folder_is_also_the_folder() =>
        Assert.Equal(["/", "/docs", "/docs/", "/docs/index.html", "/index.html", "/page.html"], InvalidationPaths.Of(["index.html", "docs/index.html", "page.html"]));

    [Fact]
    public void Names_are_escaped_so_that_a_star_stands_for_itself() =>
        Assert.Equal(["/a%20b/%2A.html"], InvalidationPaths.Of(["a b/*.html"]));

    [Fact]
    public void Beyond_a_thousand_one_path_stands_for_all()
    {
        Assert.Equal(1000, InvalidationPaths.Of(Enumerable.Range(0, 1000).Select(i => $"{i}.html")).Count);
        Assert.Equal(["/*"], InvalidationPaths.Of(Enumerable.Range(0, 1001).Select(i => $"{i}.html")));
    }
}

public sealed class UploadGateTests
{
    [Fact]
    public async Task As_many_enter_as_there_is_room_for_and_fewer_after_slowing_down()
    {
        var gate = new UploadGate(8);
        for (var i = 0; i < 8; i++) await gate.EnterAsync(TestContext.Current.CancellationToken);
        var ninth = gate.EnterAsync(TestContext.Current.CancellationToken);
        Assert.False(ninth.IsCompleted);
        for (var i = 0; i < 8; i++) gate.SlowDown();
        Assert.Equal(4, gate.Limit);
        for (var i = 0; i < 4; i++) gate.Leave();
        Assert.False(ninth.IsCompleted);
        gate.Leave();
        await ninth;
        Assert.InRange(gate.Limit, 4, 5);
    }
}
