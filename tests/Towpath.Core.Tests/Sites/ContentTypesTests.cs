using Towpath.Core.Sites;
using Xunit;

namespace Towpath.Core.Tests.Sites;

public sealed class ContentTypesTests
{
    [Theory]
    [InlineData("index.html", "text/html; charset=utf-8")]
    [InlineData("app.mjs", "text/javascript; charset=utf-8")]
    [InlineData("app.js", "text/javascript; charset=utf-8")]
    [InlineData("app.js.map", "application/json; charset=utf-8")]
    [InlineData("data.json", "application/json; charset=utf-8")]
    [InlineData("feed.rss", "application/rss+xml; charset=utf-8")]
    [InlineData("icon.SVG", "image/svg+xml; charset=utf-8")]
    [InlineData("site.webmanifest", "application/manifest+json; charset=utf-8")]
    [InlineData("module.wasm", "application/wasm")]
    [InlineData("photo.avif", "image/avif")]
    [InlineData("font.woff2", "font/woff2")]
    [InlineData("LICENSE", "application/octet-stream")]
    [InlineData("a.b/LICENSE", "application/octet-stream")]
    [InlineData(".nojekyll", "application/octet-stream")]
    [InlineData(".well-known/apple-app-site-association", "application/json; charset=utf-8")]
    [InlineData("other/apple-app-site-association", "application/octet-stream")]
    [InlineData("thing.unheard-of", "application/octet-stream")]
    public void Type_is_what_browsers_need(string path, string type) => Assert.Equal(type, ContentTypes.Of(path));
}
