using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.S3;

/// <summary>Every call of S3 that is emulated, asked by awscli.</summary>
public sealed class S3CliTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("towpath-s3-cli-");
    private Emulator _emulator = null!;

    private S3State State => S3State.Of(_emulator.State);

    public async ValueTask InitializeAsync() => _emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Buckets_are_made_configured_and_deleted()
    {
        await ApiAsync("create-bucket", "--bucket", "site");
        await ApiAsync("head-bucket", "--bucket", "site");
        await ApiAsync("put-bucket-versioning", "--bucket", "site", "--versioning-configuration", "Status=Enabled");
        await ApiAsync("put-bucket-lifecycle-configuration", "--bucket", "site", "--lifecycle-configuration",
            """{"Rules":[{"ID":"old","Status":"Enabled","Filter":{"Prefix":""},"NoncurrentVersionExpiration":{"NoncurrentDays":30}}]}""");
        await ApiAsync("put-bucket-policy", "--bucket", "site", "--policy",
            """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::site/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}""");
        await ApiAsync("put-public-access-block", "--bucket", "site", "--public-access-block-configuration",
            "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true");

        Assert.Equal("site", (string?)(await JsonAsync("list-buckets"))["Buckets"]![0]!["Name"]);
        Assert.Null((string?)(await JsonAsync("get-bucket-location", "--bucket", "site"))["LocationConstraint"]);
        Assert.Equal("Enabled", (string?)(await JsonAsync("get-bucket-versioning", "--bucket", "site"))["Status"]);
        Assert.Equal(30, (int?)(await JsonAsync("get-bucket-lifecycle-configuration", "--bucket", "site"))["Rules"]![0]!["NoncurrentVersionExpiration"]!["NoncurrentDays"]);
        Assert.Contains("SecureTransport", (string?)(await JsonAsync("get-bucket-policy", "--bucket", "site"))["Policy"], StringComparison.Ordinal);
        Assert.True((bool?)(await JsonAsync("get-public-access-block", "--bucket", "site"))["PublicAccessBlockConfiguration"]!["BlockPublicPolicy"]);
        Assert.Contains("AES256", (await JsonAsync("get-bucket-encryption", "--bucket", "site")).ToJsonString(), StringComparison.Ordinal);
        (await AwsCli.RunAsync(_emulator, "s3api", "get-bucket-tagging", "--bucket", "site")).FailedWith("NoSuchTagSet");
        await ApiAsync("delete-bucket", "--bucket", "site");
        (await AwsCli.RunAsync(_emulator, "s3api", "head-bucket", "--bucket", "site")).FailedWith("404");
    }

    [Fact]
    public async Task Objects_are_put_read_copied_listed_and_deleted()
    {
        State.AddBucket("site");
        var file = Path.Combine(_folder.FullName, "in.txt");
        await File.WriteAllTextAsync(file, "hello", TestContext.Current.CancellationToken);

        await ApiAsync("put-object", "--bucket", "site", "--key", "a/x.txt", "--body", file, "--content-type", "text/plain", "--cache-control", "no-cache",
            "--metadata", "digest=abc", "--checksum-algorithm", "SHA256");
        await ApiAsync("copy-object", "--bucket", "site", "--key", "b y", "--copy-source", "site/a/x.txt");
        await ApiAsync("get-object", "--bucket", "site", "--key", "b y", "--range", "bytes=1-3", Path.Combine(_folder.FullName, "out"));
        var head = await JsonAsync("head-object", "--bucket", "site", "--key", "a/x.txt", "--checksum-mode", "ENABLED");
        var list = await JsonAsync("list-objects-v2", "--bucket", "site", "--delimiter", "/");
        var deleted = await JsonAsync("delete-objects", "--bucket", "site", "--delete", """{"Objects":[{"Key":"a/x.txt"},{"Key":"missing"}]}""");
        await ApiAsync("delete-object", "--bucket", "site", "--key", "b y");

        Assert.Equal("ell", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "out"), TestContext.Current.CancellationToken));
        Assert.Equal(("text/plain", "no-cache", "abc", 5), ((string?)head["ContentType"], (string?)head["CacheControl"], (string?)head["Metadata"]!["digest"], (int?)head["ContentLength"]));
        Assert.Equal("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", (string?)head["ChecksumSHA256"]);
        Assert.Equal(("b y", "a/"), ((string?)list["Contents"]![0]!["Key"], (string?)list["CommonPrefixes"]![0]!["Prefix"]));
        Assert.Equal(2, deleted["Deleted"]!.AsArray().Count);
        Assert.Empty(State.KeysOf("site"));
    }

    [Fact]
    public async Task A_folder_is_synchronized_with_large_files_in_parts()
    {
        State.AddBucket("site");
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "site"));
        for (var i = 0; i < 20; i++) await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{i}.html"), $"page {i}", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "big.bin"), new byte[9 * 1024 * 1024], TestContext.Current.CancellationToken);

        (await AwsCli.RunAsync(_emulator, "s3", "sync", folder.FullName, "s3://site/v1", "--only-show-errors")).Succeeded();
        var uploads = _emulator.Calls.Of("s3", "UploadPart").Count;
        var puts = _emulator.Calls.Of("s3", "PutObject").Count;
        (await AwsCli.RunAsync(_emulator, "s3", "sync", folder.FullName, "s3://site/v1", "--only-show-errors")).Succeeded();
        (await AwsCli.RunAsync(_emulator, "s3", "sync", "s3://site/v1", Path.Combine(_folder.FullName, "down"), "--only-show-errors")).Succeeded();

        Assert.Equal((2, 20), (uploads, puts));
        Assert.Equal(20, _emulator.Calls.Of("s3", "PutObject").Count);
        Assert.Equal("text/html", State.HeaderOf("site", "v1/3.html", "Content-Type"));
        Assert.Equal("page 3", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "down", "3.html"), TestContext.Current.CancellationToken));
        Assert.Equal(9 * 1024 * 1024, new FileInfo(Path.Combine(_folder.FullName, "down", "big.bin")).Length);
    }

    [Fact]
    public async Task Multipart_uploads_are_listed_and_aborted()
    {
        State.AddBucket("site");
        var file = Path.Combine(_folder.FullName, "part");
        await File.WriteAllTextAsync(file, "part", TestContext.Current.CancellationToken);

        var id = (string)(await JsonAsync("create-multipart-upload", "--bucket", "site", "--key", "x"))["UploadId"]!;
        await ApiAsync("upload-part", "--bucket", "site", "--key", "x", "--upload-id", id, "--part-number", "1", "--body", file);

        Assert.Equal(id, (string?)(await JsonAsync("list-multipart-uploads", "--bucket", "site"))["Uploads"]![0]!["UploadId"]);
        Assert.Equal(4, (int?)(await JsonAsync("list-parts", "--bucket", "site", "--key", "x", "--upload-id", id))["Parts"]![0]!["Size"]);
        await ApiAsync("abort-multipart-upload", "--bucket", "site", "--key", "x", "--upload-id", id);
        (await AwsCli.RunAsync(_emulator, "s3api", "list-parts", "--bucket", "site", "--key", "x", "--upload-id", id)).FailedWith("NoSuchUpload");
    }

    [Fact]
    public async Task Every_other_configuration_of_a_bucket_is_kept_and_deleted()
    {
        State.AddBucket("site");
        (string Name, string Option, string Value, string Told)[] configurations =
        [
            ("bucket-encryption", "--server-side-encryption-configuration", """{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]}""", "aws:kms"),
            ("bucket-tagging", "--tagging", """{"TagSet":[{"Key":"app","Value":"web"}]}""", "web"),
            ("bucket-cors", "--cors-configuration", """{"CORSRules":[{"AllowedMethods":["GET"],"AllowedOrigins":["https://example.com"]}]}""", "https://example.com"),
            ("bucket-website", "--website-configuration", """{"IndexDocument":{"Suffix":"index.html"}}""", "index.html"),
            ("bucket-ownership-controls", "--ownership-controls", """{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}""", "BucketOwnerEnforced"),
        ];
        foreach (var (name, option, value, told) in configurations)
        {
            await ApiAsync("put-" + name, "--bucket", "site", option, value);
            Assert.Contains(told, (await JsonAsync("get-" + name, "--bucket", "site")).ToJsonString(), StringComparison.Ordinal);
            await ApiAsync("delete-" + name, "--bucket", "site");
        }

        (await AwsCli.RunAsync(_emulator, "s3api", "get-bucket-cors", "--bucket", "site")).FailedWith("NoSuchCORSConfiguration");
        Assert.Contains("AES256", (await JsonAsync("get-bucket-encryption", "--bucket", "site")).ToJsonString(), StringComparison.Ordinal);
        foreach (var (name, code) in ((string, string)[])
            [("bucket-lifecycle", "NoSuchLifecycleConfiguration"), ("bucket-policy", "NoSuchBucketPolicy"), ("public-access-block", "NoSuchPublicAccessBlockConfiguration")])
        {
            await ApiAsync("delete-" + name, "--bucket", "site");
            var get = name == "bucket-lifecycle" ? "get-bucket-lifecycle-configuration" : "get-" + name;
            (await AwsCli.RunAsync(_emulator, "s3api", get, "--bucket", "site")).FailedWith(code);
        }

        Assert.Contains("FULL_CONTROL", (await JsonAsync("get-bucket-acl", "--bucket", "site")).ToJsonString(), StringComparison.Ordinal);
        await ApiAsync("put-bucket-acl", "--bucket", "site", "--acl", "private");
    }

    [Fact]
    public async Task Old_listings_versions_and_parts_by_copy_are_answered()
    {
        State.AddBucket("site");
        await ApiAsync("put-bucket-versioning", "--bucket", "site", "--versioning-configuration", "Status=Enabled");
        State.Put("site", "a", "1");
        State.Put("site", "a", "2");
        State.Put("site", "b/c", "3");
        State.Delete("site", "a");

        Assert.Equal("b/c", (string?)(await JsonAsync("list-objects", "--bucket", "site"))["Contents"]![0]!["Key"]);
        var versions = await JsonAsync("list-object-versions", "--bucket", "site", "--prefix", "a");
        Assert.Equal((2, true), (versions["Versions"]!.AsArray().Count, (bool?)versions["DeleteMarkers"]![0]!["IsLatest"]));
        Assert.Contains("FULL_CONTROL", (await JsonAsync("get-object-acl", "--bucket", "site", "--key", "b/c")).ToJsonString(), StringComparison.Ordinal);
        await ApiAsync("put-object-acl", "--bucket", "site", "--key", "b/c", "--acl", "private");
        await ApiAsync("put-object-tagging", "--bucket", "site", "--key", "b/c", "--tagging", """{"TagSet":[{"Key":"app","Value":"web"}]}""");
        Assert.Equal("web", (string?)(await JsonAsync("get-object-tagging", "--bucket", "site", "--key", "b/c"))["TagSet"]![0]!["Value"]);
        await ApiAsync("copy-object", "--bucket", "site", "--key", "b/d", "--copy-source", "site/b/c");
        await ApiAsync("delete-object-tagging", "--bucket", "site", "--key", "b/c");
        Assert.Empty((await JsonAsync("get-object-tagging", "--bucket", "site", "--key", "b/c"))["TagSet"]!.AsArray());
        Assert.Single((await JsonAsync("get-object-tagging", "--bucket", "site", "--key", "b/d"))["TagSet"]!.AsArray());

        var id = (string)(await JsonAsync("create-multipart-upload", "--bucket", "site", "--key", "x"))["UploadId"]!;
        var part = await JsonAsync("upload-part-copy", "--bucket", "site", "--key", "x", "--upload-id", id, "--part-number", "1", "--copy-source", "site/b/c");
        await ApiAsync("complete-multipart-upload", "--bucket", "site", "--key", "x", "--upload-id", id, "--multipart-upload",
            $$"""{"Parts":[{"PartNumber":1,"ETag":{{part["CopyPartResult"]!["ETag"]!.ToJsonString()}}}]}""");
        Assert.Equal("3", State.TextOf("site", "x"));
    }

    private async Task ApiAsync(params string[] arguments) => (await AwsCli.RunAsync(_emulator, ["s3api", .. arguments])).Succeeded();

    private async Task<System.Text.Json.Nodes.JsonNode> JsonAsync(params string[] arguments) => (await AwsCli.RunAsync(_emulator, ["s3api", .. arguments])).Json;
}
