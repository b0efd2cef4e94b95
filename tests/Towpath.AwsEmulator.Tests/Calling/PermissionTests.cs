using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Ssm;
using Towpath.AwsEmulator.Tests.S3;

namespace Towpath.AwsEmulator.Tests.Calling;

/// <summary>The policies of a role are enforced for its sessions.</summary>
public sealed class PermissionTests : IAsyncLifetime
{
    private const string RoleArn = "arn:aws:iam::111111111111:role/deploy";
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        S3State.Of(_emulator.State).AddBucket("site");
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task A_role_without_policies_may_do_everything()
    {
        _emulator.State.Of<IamState>().AddRole(RoleArn);

        Assert.Equal(200, (await PutAsync(Session(), "/web/version")).Status);
    }

    [Fact]
    public async Task Actions_and_resources_beyond_the_policy_are_refused()
    {
        var role = _emulator.State.Of<IamState>().AddRole(RoleArn);
        role.Policies["deploy"] = """
            {"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Action":["ssm:Get*","ssm:PutParameter"],"Resource":"arn:aws:ssm:*:*:parameter/web/*"},
              {"Effect":"Deny","Action":"ssm:PutParameter","Resource":"*/web/locked"}]}
            """;
        var session = Session();

        Assert.Equal(200, (await PutAsync(session, "/web/version")).Status);
        var (status, other) = await PutAsync(session, "/docs/version");
        Assert.Equal(400, status);
        Assert.Equal(
            "User: arn:aws:sts::111111111111:assumed-role/deploy/run-7 is not authorized to perform: ssm:PutParameter on resource: "
            + "arn:aws:ssm:us-east-1:111111111111:parameter/docs/version because no identity-based policy allows the ssm:PutParameter action",
            (string?)other["message"]);
        Assert.Contains("explicit deny", (string?)(await PutAsync(session, "/web/locked")).Body["message"], StringComparison.Ordinal);
        Assert.Equal("AccessDeniedException", (string?)(await session.JsonAsync("ssm", "AmazonSSM.DescribeParameters", [])).Body["__type"]);
        Assert.Null(_emulator.State.Of<SsmState>().ValueOf("111111111111", "us-east-1", "/docs/version"));
    }

    [Fact]
    public async Task Keys_of_a_bucket_are_looked_at_one_by_one_and_a_missing_one_is_hidden()
    {
        var role = _emulator.State.Of<IamState>().AddRole(RoleArn);
        role.Policies["deploy"] = """
            {"Statement":[{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::site/v1/*"}]}
            """;
        var known = Issue();
        using var client = S3Fixture.ClientOf(_emulator, credentials: new SessionAWSCredentials(known.AccessKey, known.Secret, known.SessionToken));
        var s3 = S3State.Of(_emulator.State);
        s3.Put("site", "v1/a", "a");
        s3.Put("site", "v2/a", "a");
        var cancellation = TestContext.Current.CancellationToken;

        var deleted = await Assert.ThrowsAsync<DeleteObjectsException>(() => client.DeleteObjectsAsync(
            new() { BucketName = "site", Objects = [new() { Key = "v1/a" }, new() { Key = "v2/a" }] }, cancellation));
        var missing = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => client.GetObjectAsync("site", "v1/a", cancellation));
        var list = await Assert.ThrowsAsync<AmazonS3Exception>(() => client.ListObjectsV2Async(new() { BucketName = "site" }, cancellation));

        Assert.Equal("v2/a", Assert.Single(deleted.Response.DeleteErrors).Key);
        Assert.Equal(["v2/a"], s3.KeysOf("site"));
        Assert.Equal(("AccessDenied", "AccessDenied"), (missing.ErrorCode, list.ErrorCode));
        Assert.Contains("is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::site\"", list.Message, StringComparison.Ordinal);
    }

    private KnownCredentials Issue() =>
        _emulator.World.Credentials.Issue(RoleArn, "run-7", "AROATEST", _emulator.Options.Time.GetUtcNow().AddHours(1));

    private SignedRequest Session()
    {
        var known = Issue();
        return new SignedRequest(_emulator) { AccessKey = known.AccessKey, Secret = known.Secret, SessionToken = known.SessionToken };
    }

    private static Task<(int Status, JsonNode Body)> PutAsync(SignedRequest session, string name) =>
        session.JsonAsync("ssm", "AmazonSSM.PutParameter", new JsonObject { ["Name"] = name, ["Value"] = "1", ["Type"] = "String" });
}
