using Towpath.Aws.Calling;
using Towpath.Aws.Ecs;
using Towpath.Aws.S3;

namespace Towpath.Aws.Tests.S3;

/// <summary>No name of a bucket or an object leads to another host, or to another bucket.</summary>
public sealed class HostileReferenceTests
{
    private static readonly AwsScope Scope = new("eu-central-1", null, "test");

    public static TheoryData<string> Hostile { get; } =
    [
        "docs-@16843009#", "docs-@evil.example#", "evil.example?", "evil.example:443", "docs#", "docs?", "docs%2f", "docs%00", "user:pw@docs", "docs\\evil", "docs evil",
        "docs..evil", "..", ".", "-docs", "docs.", "Docs", "do", "dócs", "docs\n", "[::1]", "docs{sha}",
    ];

    [Theory, MemberData(nameof(Hostile))]
    public void A_reference_whose_bucket_is_no_name_is_none(string bucket)
    {
        Assert.Null(S3Reference.Parse($"s3://{bucket}/key"));
        Assert.Null(EcsTemplate.BucketOf($"s3://{bucket}/key"));
    }

    [Theory, MemberData(nameof(Hostile))]
    public void An_address_is_made_of_no_such_name(string bucket) =>
        Assert.Throws<ArgumentException>(() => S3Address.Of(new AwsEndpoints(_ => null), new S3Bucket(Scope, bucket), "key"));

    [Theory]
    [InlineData("../payroll/secret")]
    [InlineData("a/../../payroll/secret")]
    [InlineData("a/./b")]
    [InlineData("..")]
    public void A_key_that_climbs_is_none(string key)
    {
        Assert.Null(S3Reference.Parse($"s3://docs/{key}"));
        Assert.Throws<ArgumentException>(() => S3Address.Of(new AwsEndpoints(_ => null), new S3Bucket(Scope, "docs"), key));
    }

    [Theory]
    [InlineData("a?b=c", "a%3Fb%3Dc")]
    [InlineData("a#b", "a%23b")]
    [InlineData("a%2fb", "a%252fb")]
    [InlineData("..%2f..%2fpayroll", "..%252f..%252fpayroll")]
    [InlineData("a\\b", "a%5Cb")]
    [InlineData("/evil.example/x", "/evil.example/x")]
    [InlineData("a/..b", "a/..b")]
    public void Everything_else_in_a_key_stays_in_the_path(string key, string escaped)
    {
        Assert.Equal(key, S3Reference.Parse($"s3://docs/{key}")?.Key);
        var hosted = Address("docs", key, null);
        Assert.Equal(("docs.s3.eu-central-1.amazonaws.com", "/" + escaped, ""), (hosted.Host, hosted.AbsolutePath, hosted.Query + hosted.Fragment));
        var dotted = Address("docs.example.org", key, null);
        Assert.Equal(("s3.eu-central-1.amazonaws.com", "/docs.example.org/" + escaped, ""), (dotted.Host, dotted.AbsolutePath, dotted.Query + dotted.Fragment));
        var below = Address("docs", key, "http://127.0.0.1:9000");
        Assert.Equal(("127.0.0.1:9000", "/docs/" + escaped, ""), (below.Authority, below.AbsolutePath, below.Query + below.Fragment));
    }

    private static Uri Address(string bucket, string key, string? endpoint) =>
        S3Address.Of(new AwsEndpoints(name => name == "AWS_ENDPOINT_URL" ? endpoint : null), new S3Bucket(Scope, bucket), key).Url([]);
}
