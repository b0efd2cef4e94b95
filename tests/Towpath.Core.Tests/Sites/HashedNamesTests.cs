using Towpath.Core.Sites;
using Xunit;

namespace Towpath.Core.Tests.Sites;

public sealed class HashedNamesTests
{
    [Theory]
    [InlineData("assets/index-BdT4kLxQ.js")]
    [InlineData("assets/my-component-D3x_9kQz.css")]
    [InlineData("assets/index-Bd4-kLxQ.js")]
    [InlineData("chunk-KXV3WQ2A.js")]
    [InlineData("main.0a1b2c3d.css")]
    [InlineData("main.0a1b2c3d4e5f60718293.chunk.js.map")]
    [InlineData("main.0a1b2c3d.js.map")]
    [InlineData("logo-5f3e2a1bc9d84e70.svg")]
    public void Name_with_a_hash_is_hashed(string path) => Assert.True(HashedNames.IsHashed(path));

    [Theory]
    [InlineData("index.html")]
    [InlineData("page-BdT4kLxQ.html")]
    [InlineData("apple-touch-icon.png")]
    [InlineData("logo-20240608.png")]
    [InlineData("data.20240608.json")]
    [InlineData("release-notes-2024.pdf")]
    [InlineData("photo-CustomerPortal.png")]
    [InlineData("report-version2.pdf")]
    [InlineData("getting-started.js")]
    [InlineData("jquery-3.7.1.min.js")]
    [InlineData("android-chrome-512x512.png")]
    [InlineData("0a1b2c3d")]
    [InlineData("-BdT4kLxQ.js")]
    [InlineData("IMG-20240608-WA0001.jpg")]
    public void Name_without_a_hash_is_not(string path) => Assert.False(HashedNames.IsHashed(path));
}
