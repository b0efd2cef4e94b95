using Towpath.Core.Artifacts;
using Towpath.Oci.References;

namespace Towpath.Oci.Tests.References;

public sealed class ImageReferenceTests
{
    private const string Sha = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx")]
    [InlineData("nginx:1.27", "docker.io/library/nginx:1.27")]
    [InlineData("docker.io/nginx", "docker.io/library/nginx")]
    [InlineData("index.docker.io/acme/web", "docker.io/acme/web")]
    [InlineData("acme/web", "docker.io/acme/web")]
    [InlineData("localhost/web", "localhost/web")]
    [InlineData("localhost:5000/a/b:v1@" + Sha, "localhost:5000/a/b:v1@" + Sha)]
    [InlineData("GHCR.io/acme/web", "ghcr.io/acme/web")]
    [InlineData("[::1]:5000/web", "[::1]:5000/web")]
    [InlineData("920534281604.dkr.ecr.us-east-1.amazonaws.com/920534281604-acme/web", "920534281604.dkr.ecr.us-east-1.amazonaws.com/920534281604-acme/web")]
    public void Reference_is_read_with_docker_hubs_defaults(string text, string full) => Assert.Equal(full, ImageReference.Parse(text).ToString());

    [Theory]
    [InlineData("", "empty")]
    [InlineData("https://ghcr.io/acme/web", "begins with a scheme")]
    [InlineData("ghcr.io/Acme/web", "'Acme/web'")]
    [InlineData("ghcr.io/acme//web", "'acme//web'")]
    [InlineData("ghcr.io/acme/../web", "'acme/../web'")]
    [InlineData("ghcr.io/", "is not a repository")]
    [InlineData("ghcr.io/acme/web:", "is not a tag")]
    [InlineData("ghcr.io/acme/web:-x", "'-x'")]
    [InlineData("ghcr.io/acme/web:v1\n", "is not a tag")]
    [InlineData("ghcr.io/acme/web@sha256:abc", "64 lower-case hexadecimal digits")]
    [InlineData("ghcr.io/acme/web@sha512:abc", "64 lower-case hexadecimal digits")]
    [InlineData("ghcr.io:99999/web", "not the name of a registry's host")]
    [InlineData("user:pw@ghcr.io/web", "digest")]
    [InlineData("gh_cr.io/web", "not the name of a registry's host")]
    [InlineData("ghcr.io/web?x=1", "is not a repository")]
    public void What_is_wrong_is_said(string text, string expected)
    {
        Assert.False(ImageReference.TryParse(text, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5000", true)]
    [InlineData("127.0.0.1:5000", true)]
    [InlineData("127.8.9.1", true)]
    [InlineData("[::1]:5000", true)]
    [InlineData("registry:5000", true)]
    [InlineData("registry:5001", false)]
    [InlineData("ghcr.io", false)]
    [InlineData("127.0.0.1.example.com", false)]
    [InlineData("localhost.example.com", false)]
    [InlineData("10.0.0.1", false)]
    public void Plain_http_is_for_this_machine_and_for_what_is_listed(string host, bool isPlain) =>
        Assert.Equal(isPlain, new RegistryHosts(new OciOptions { PlainHttpHosts = ["registry:5000"] }).IsPlain(host));

    [Fact]
    public void Docker_hub_is_called_at_its_own_address() => Assert.Equal("https://registry-1.docker.io/", new RegistryHosts(new OciOptions()).Root("docker.io").AbsoluteUri);

    [Fact]
    public void Digest_wins_over_the_tag() => Assert.Equal(Digest.Parse(Sha).Value, ImageReference.Parse($"ghcr.io/acme/web:v1@{Sha}").Wanted);
}
