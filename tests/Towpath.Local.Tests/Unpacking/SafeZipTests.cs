using Towpath.Core.Sites;
using Towpath.Local.Unpacking;

namespace Towpath.Local.Tests.Unpacking;

public sealed class SafeZipTests : IDisposable
{
    private const int Link = 0xA1FF;
    private const int Device = 0x21B6;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, string> HostileNames => new()
    {
        { "../up.txt", "", "`..`" },
        { "a/../../up.txt", "", "`..`" },
        { "a/..", "", "`..`" },
        { "/etc/passwd", "", "absolute" },
        { "C:/windows.txt", "", "drive letter" },
        { "C:windows.txt", "", "drive letter" },
        { "a\\b.txt", "", "backslash" },
        { "..\\up.txt", "", "backslash" },
        { "a\0b.txt", "", "control characters" },
        { "a\nb.txt", "", "control characters" },
        { "./a.txt", "", "part `.`" },
        { "a//b.txt", "", "empty part" },
        { new string('n', 256), "", "255 bytes" },
        { string.Join('/', Enumerable.Repeat(new string('n', 200), 6)), "", "1024 bytes" },
        { "a.txt", "a.txt", "two entries" },
        { "a.txt", "A.txt", "differs only in case" },
        { "docs/a.txt", "Docs/b.txt", "differs only in case" },
        { "a", "a/b.txt", "a file and a folder" },
        { "a/b.txt", "a", "a file and a folder" },
        { "a/", "a", "a file and a folder" },
        { "a/", "a/", "two entries" },
    };

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task Unpack_hostile_name_is_refused_and_leaves_nothing(string first, string second, string expected)
    {
        var zip = second.Length == 0 ? Zips.Of(("ok.txt", "ok"), (first, "x")) : Zips.Of(("ok.txt", "ok"), (first, "x"), (second, "y"));
        await AssertRefusedAsync(zip, expected);
    }

    [Theory]
    [InlineData(Link, "symbolic link")]
    [InlineData(Device, "neither a file nor a folder")]
    [InlineData(0x41ED, "marked as a folder")]
    public async Task Unpack_entry_of_other_type_is_refused(int mode, string expected) =>
        await AssertRefusedAsync(Zips.Build(archive => Zips.Add(archive, "entry", "/etc/passwd", mode)), expected);

    [Fact]
    public async Task Unpack_encrypted_entry_is_refused() => await AssertRefusedAsync(Zips.Encrypted(Zips.Of(("a.txt", "secret"))), "encrypted");

    [Fact]
    public async Task Unpack_bomb_is_refused() => await AssertRefusedAsync(Zips.Build(archive => Zips.AddZeros(archive, "bomb", 50 << 20)), "times its packed size");

    [Fact]
    public async Task Unpack_more_than_the_bound_is_refused()
    {
        var zip = Zips.Build(archive =>
        {
            for (var i = 0; i < 5; i++) Zips.AddZeros(archive, $"zeros-{i}", 300_000);
        });
        await AssertRefusedAsync(zip, "more than 1000000 bytes", new SiteLimits { MaximumUnpackedBytes = 1_000_000 });
    }

    [Fact]
    public async Task Unpack_too_many_entries_is_refused()
    {
        var zip = Zips.Of([.. Enumerable.Range(0, 11).Select(i => ($"{i}", "x"))]);
        await AssertRefusedAsync(zip, "at most 10", new SiteLimits { MaximumEntries = 10 });
    }

    [Fact]
    public async Task Unpack_endless_table_of_contents_is_refused_while_it_is_read()
    {
        var zip = Zips.Of([.. Enumerable.Range(0, 2_000).Select(i => ($"{i}", "x"))]);
        await AssertRefusedAsync(zip, "table of contents is too long", new SiteLimits { MaximumEntries = 10 });
    }

    [Fact]
    public async Task Unpack_something_else_is_refused() => await AssertRefusedAsync("<html>not a zip</html>"u8.ToArray(), "damaged");

    [Fact]
    public async Task Unpack_truncated_zip_is_refused()
    {
        var zip = Zips.Of(("a.txt", new string('a', 5000)));
        await AssertRefusedAsync(zip[..(zip.Length / 2)], "damaged");
    }

    [Fact]
    public async Task Unpack_lying_length_is_refused()
    {
        var zip = Zips.Of(("a.txt", new string('a', 5000)));
        var central = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(central + 24), 7000);
        await AssertRefusedAsync(zip, "");
    }

    [Fact]
    public async Task Unpack_good_zip_writes_files_with_plain_modes()
    {
        var zip = Zips.Build(archive =>
        {
            Zips.Add(archive, "site/", "", 0x41C0);
            Zips.Add(archive, "site/index.html", "hello", 0x89FF);
            Zips.Add(archive, "site/.well-known/x", "y");
        });
        var result = Assert.IsType<UnpackResult.Unpacked>(await UnpackAsync(zip));
        Assert.Equal(["site/.well-known/x", "site/index.html"], result.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("hello", await File.ReadAllTextAsync(_folder.In("out", "site", "index.html"), TestContext.Current.CancellationToken));
        Assert.Equal("rw-r--r--", Mode(_folder.In("out", "site", "index.html")));
        Assert.Equal("rwxr-xr-x", Mode(_folder.In("out", "site")));
    }

    public void Dispose() => _folder.Dispose();

    private static string Mode(string path) =>
        string.Concat(Enumerable.Range(0, 9).Select(i => ((int)File.GetUnixFileMode(path) & (256 >> i)) != 0 ? "rwxrwxrwx"[i] : '-'));

    private async Task AssertRefusedAsync(byte[] zip, string expected, SiteLimits? limits = null)
    {
        var refused = Assert.IsType<UnpackResult.Refused>(await UnpackAsync(zip, limits));
        Assert.Contains(expected, refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Reason, char.IsControl);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private Task<UnpackResult> UnpackAsync(byte[] zip, SiteLimits? limits = null) =>
        new SafeZip(limits ?? new SiteLimits()).UnpackAsync(new MemoryStream(zip), _folder.In("out"), TestContext.Current.CancellationToken);
}
