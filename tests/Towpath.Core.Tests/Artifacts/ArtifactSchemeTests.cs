using Towpath.Core.Artifacts;
using Xunit;

namespace Towpath.Core.Tests.Artifacts;

public sealed class ArtifactSchemeTests
{
    [Theory]
    [InlineData("920534281604.dkr.ecr.us-east-1.amazonaws.com/acme/web", "ecr")]
    [InlineData("920534281604.dkr.ecr-fips.us-gov-west-1.amazonaws.com/acme/web:v1", "ecr")]
    [InlineData("920534281604.dkr.ecr.cn-north-1.amazonaws.com.cn/web", "ecr")]
    [InlineData("920534281604.dkr.ecr.us-east-1.amazonaws.com.example.com/web", "oci")]
    [InlineData("x920534281604.dkr.ecr.us-east-1.amazonaws.com/web", "oci")]
    [InlineData("example.com/920534281604.dkr.ecr.us-east-1.amazonaws.com/web", "oci")]
    [InlineData("920534281604.dkr.ecr.us-east-1.amazonaws.com", "oci")]
    [InlineData("ghcr.io/acme/web", "oci")]
    [InlineData("web", "oci")]
    public void Container_is_read_by_the_kind_of_its_registry(string reference, string scheme) =>
        Assert.Equal(scheme, ArtifactScheme.Of(ArtifactKind.Container, reference));

    [Theory]
    [InlineData("s3://bucket/web.zip", "s3")]
    [InlineData("S3://bucket/web.zip", "s3")]
    [InlineData("file:///srv/web.zip", "file")]
    [InlineData("builds/web.zip", "file")]
    [InlineData("920534281604.dkr.ecr.us-east-1.amazonaws.com/web.zip", "file")]
    public void Zip_is_read_by_what_stands_before_the_slashes(string reference, string scheme) =>
        Assert.Equal(scheme, ArtifactScheme.Of(ArtifactKind.StaticSite, reference));
}
