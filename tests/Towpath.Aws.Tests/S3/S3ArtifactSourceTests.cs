using System.Net;
using Towpath.Aws.Calling;
using Towpath.Aws.S3;
using Towpath.Aws.Tests.Calling;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Aws.Tests.S3;

public sealed class S3ArtifactSourceTests
{
    private const string Reference = "s3://shared-artifacts/builds/docs/abc.zip";

    [Fact]
    public async Task Artifact_is_named_by_the_bytes_whatever_its_metadata_says()
    {
        var http = new ScriptedHttp(() => Answer("the zip", ("x-amz-meta-sha256", new string('0', 64))));
        var found = Assert.IsType<ArtifactLookup.Found>(await DescribeAsync(http));
        Assert.Equal((Digest.Of("the zip"), 7), (found.Digest, found.Size));
        Assert.Equal("https://shared-artifacts.s3.eu-central-1.amazonaws.com/builds/docs/abc.zip", http.Requests.Single().RequestUri!.ToString());
    }

    [Fact]
    public async Task Artifact_is_opened_as_a_stream()
    {
        await using var stream = await Source(new ScriptedHttp(() => Answer("the zip"))).OpenAsync(Reference, TestContext.Current.CancellationToken);
        Assert.Equal(Digest.Of("the zip"), await Digest.OfAsync(stream, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Missing_object_is_missing()
    {
        var missing = Assert.IsType<ArtifactLookup.Missing>(await DescribeAsync(new ScriptedHttp(ScriptedHttp.Xml(HttpStatusCode.NotFound, "<Error><Code>NoSuchKey</Code></Error>"))));
        Assert.Equal("there is no object 'builds/docs/abc.zip' in the bucket 'shared-artifacts'; build it first, or correct the reference", missing.Reason);
    }

    [Fact]
    public async Task Missing_bucket_is_missing()
    {
        var missing = Assert.IsType<ArtifactLookup.Missing>(await DescribeAsync(new ScriptedHttp(ScriptedHttp.Xml(HttpStatusCode.NotFound, "<Error><Code>NoSuchBucket</Code></Error>"))));
        Assert.Equal("there is no bucket 'shared-artifacts' in eu-central-1; create it, or check its name and the region", missing.Reason);
    }

    [Theory]
    [InlineData(HttpStatusCode.MovedPermanently, "<Error><Code>PermanentRedirect</Code><Region>us-west-2</Region></Error>")]
    [InlineData(HttpStatusCode.BadRequest, "<Error><Code>AuthorizationHeaderMalformed</Code><Region>us-west-2</Region></Error>")]
    public async Task Bucket_of_another_region_is_said_to_be_there(HttpStatusCode status, string body)
    {
        var missing = Assert.IsType<ArtifactLookup.Missing>(await DescribeAsync(new ScriptedHttp(ScriptedHttp.Xml(status, body))));
        Assert.Equal("the bucket 'shared-artifacts' is in us-west-2, not in eu-central-1; set the region to us-west-2", missing.Reason);
    }

    [Fact]
    public async Task Denied_read_names_the_permission()
    {
        var refused = Assert.IsType<ArtifactLookup.Refused>(await DescribeAsync(new ScriptedHttp(ScriptedHttp.Xml(HttpStatusCode.Forbidden, "<Error><Code>AccessDenied</Code></Error>"))));
        Assert.Contains("allow s3:GetObject and s3:ListBucket on the bucket 'shared-artifacts' to arn:aws:iam::222222222222:role/shared", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_of_s3_is_an_error_worth_another_try()
    {
        var http = new ScriptedHttp(ScriptedHttp.Xml(HttpStatusCode.ServiceUnavailable, "<Error><Code>SlowDown</Code></Error>"));
        Assert.True((await Assert.ThrowsAsync<AwsException>(() => DescribeAsync(http))).IsThrottled);
        Assert.Equal(3, http.Requests.Count);
    }

    [Theory]
    [InlineData("s3://docs-builds/{sha}.zip", null)]
    [InlineData("s3://other/{sha}.zip", "the bucket 'other' is outside of the project 'portal'; ask the operator to add it under `projects.portal.buckets` of towpath.yaml")]
    [InlineData("s3://docs-{sha}/site.zip", "'s3://docs-{sha}/site.zip' names another bucket with each build; name the bucket, and let only the key depend on the build")]
    [InlineData("s3://docs-builds", "'s3://docs-builds' is no object of a bucket; write it as s3://bucket/key")]
    [InlineData("s3://docs-@16843009#/x", "'s3://docs-@16843009#/x' is no object of a bucket; write it as s3://bucket/key")]
    public void Bucket_is_one_of_the_project(string source, string? problem)
    {
        var limits = new OperatorLimits
        {
            Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["portal"] = new(["acme/docs"]) { Buckets = ["docs-*"] } },
        }.For("acme/docs");
        Assert.Equal(problem, Source(new ScriptedHttp()).Check(source, limits));
    }

    private static Task<ArtifactLookup> DescribeAsync(ScriptedHttp http) => Source(http).DescribeAsync(Reference, TestContext.Current.CancellationToken);

    private static S3ArtifactSource Source(ScriptedHttp http)
    {
        var endpoints = new AwsEndpoints(name => name == "AWS_REGION" ? "eu-central-1" : null);
        var options = new AwsOptions { DataFolder = "", SharedServicesRole = "arn:aws:iam::222222222222:role/shared" };
        return new S3ArtifactSource(new S3Client(new HttpMessageInvoker(http), endpoints, new FixedKeys(), TimeProvider.System), options, endpoints);
    }

    private static HttpResponseMessage Answer(string body, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) };
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}
