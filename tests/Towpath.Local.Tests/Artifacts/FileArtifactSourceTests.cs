using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Local.Artifacts;

namespace Towpath.Local.Tests.Artifacts;

public sealed class FileArtifactSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _outside = new();

    [Theory]
    [InlineData("builds/a.zip")]
    [InlineData("{folder}/builds/a.zip")]
    [InlineData("file://{folder}/builds/a.zip")]
    [InlineData("file://{folder}/builds/%61.zip")]
    [InlineData("link-inside/a.zip")]
    public async Task Describe_file_inside_is_found_by_digest(string reference)
    {
        _folder.Write("builds/a.zip", "bytes");
        File.CreateSymbolicLink(_folder.In("link-inside"), "builds");
        Assert.Equal(new ArtifactLookup.Found(Digest.Of("bytes"), 5), await DescribeAsync(reference));
        await using var stream = await Source().OpenAsync(Filled(reference), TestContext.Current.CancellationToken);
        Assert.Equal(Digest.Of("bytes"), await Digest.OfAsync(stream, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{outside}/secret.zip", "outside the folders")]
    [InlineData("file://{outside}/secret.zip", "outside the folders")]
    [InlineData("../x/secret.zip", "`..`")]
    [InlineData("file://{folder}/%2e%2e/secret.zip", "`..`")]
    [InlineData("link-outside/secret.zip", "outside the folders")]
    [InlineData("link-to-file.zip", "outside the folders")]
    [InlineData("circle/a.zip", "circle")]
    [InlineData("file://otherhost/a.zip", "another machine")]
    [InlineData("", "empty")]
    public async Task Describe_path_outside_is_refused(string reference, string expected)
    {
        _outside.Write("secret.zip", "secret");
        File.CreateSymbolicLink(_folder.In("link-outside"), _outside.Path);
        File.CreateSymbolicLink(_folder.In("link-to-file.zip"), _outside.In("secret.zip"));
        File.CreateSymbolicLink(_folder.In("circle"), "circle");
        Assert.Contains(expected, Assert.IsType<ArtifactLookup.Refused>(await DescribeAsync(reference)).Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => Source().OpenAsync(Filled(reference), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("nothing.zip", "there is no file")]
    [InlineData("a/b/c.zip", "there is no file")]
    [InlineData(".", "is a folder")]
    public async Task Describe_nothing_is_missing(string reference, string expected) =>
        Assert.Contains(expected, Assert.IsType<ArtifactLookup.Missing>(await DescribeAsync(reference)).Reason, StringComparison.Ordinal);

    [Fact]
    public async Task Describe_without_allowed_folders_says_what_to_allow()
    {
        var source = new FileArtifactSource(new LocalOptions("here", false, OperatorLimits.Nothing, "data"));
        var refused = Assert.IsType<ArtifactLookup.Refused>(await source.DescribeAsync("a.zip", TestContext.Current.CancellationToken));
        Assert.Contains("folders: […]", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_neighbour_with_the_same_beginning_is_refused()
    {
        Directory.CreateDirectory(_folder.Path + "-other");
        try
        {
            Assert.IsType<ArtifactLookup.Refused>(await DescribeAsync(_folder.Path + "-other/a.zip"));
        }
        finally
        {
            Directory.Delete(_folder.Path + "-other");
        }
    }

    [Fact]
    public async Task Describe_with_everything_allowed_finds_any_path()
    {
        var source = new FileArtifactSource(new LocalOptions("here", false, new OperatorLimits { Folders = [_folder.Path, "/"] }, "data"));
        var path = _outside.Write("a.zip", "bytes");
        Assert.IsType<ArtifactLookup.Found>(await source.DescribeAsync(path, TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _outside.Dispose();
    }

    private FileArtifactSource Source() => new(new LocalOptions("here", false, new OperatorLimits { Folders = [_folder.Path] }, "data"));

    private string Filled(string reference) =>
        reference.Replace("{folder}", _folder.Path, StringComparison.Ordinal).Replace("{outside}", _outside.Path, StringComparison.Ordinal);

    private Task<ArtifactLookup> DescribeAsync(string reference) => Source().DescribeAsync(Filled(reference), TestContext.Current.CancellationToken);
}
