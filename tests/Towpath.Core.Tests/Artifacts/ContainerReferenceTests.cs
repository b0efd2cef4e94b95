using Towpath.Core.Artifacts;
using Xunit;

namespace Towpath.Core.Tests.Artifacts;

public sealed class ContainerReferenceTests
{
    [Theory]
    [InlineData("web", "web", null, null)]
    [InlineData("web:v1", "web", "v1", null)]
    [InlineData("localhost:5000/web", "localhost:5000/web", null, null)]
    [InlineData("localhost:5000/web:v1", "localhost:5000/web", "v1", null)]
    [InlineData("ghcr.io/acme/web:v1@sha256:ab", "ghcr.io/acme/web", "v1", "sha256:ab")]
    [InlineData("ghcr.io/acme/web@sha256:ab", "ghcr.io/acme/web", null, "sha256:ab")]
    public void Split_finds_repository_tag_and_digest(string text, string repository, string? tag, string? digest)
    {
        Assert.Equal(new ContainerReference(repository, tag, digest), ContainerReference.Split(text));
        Assert.Equal(text, ContainerReference.Split(text).ToString());
    }

    [Theory]
    [InlineData("localhost:5000/web", "localhost:5000/web:v2")]
    [InlineData("web:v1", "web:v1")]
    [InlineData("web@sha256:ab", "web@sha256:ab")]
    public void Tag_is_added_only_where_nothing_is_named(string text, string expected) =>
        Assert.Equal(expected, ContainerReference.Split(text).OrTagged("v2").ToString());
}
