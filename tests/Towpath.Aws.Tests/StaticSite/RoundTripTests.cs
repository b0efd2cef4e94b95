using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Towpath.Aws.Tests.StaticSite;

/// <summary>What Towpath wrote, Debian's awscli reads, and the other way round.</summary>
public sealed class RoundTripTests
{
    private const string Aws = "/usr/bin/aws";

    [Fact]
    public async Task Awscli_reads_what_was_deployed()
    {
        await using var bed = await StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "<h1>1</h1>"), ("assets/app-BdT4kLxQ.mjs", "app"), ("a b/ü+&.json", "{}")));
        var page = await JsonAsync(bed, "s3api", "head-object", "--bucket", SiteBed.Bucket, "--key", "index.html");
        Assert.Equal(("text/html; charset=utf-8", "public, max-age=0, must-revalidate", 10), ((string)page["ContentType"]!, (string)page["CacheControl"]!, (int)page["ContentLength"]!));
        var asset = await JsonAsync(bed, "s3api", "head-object", "--bucket", SiteBed.Bucket, "--key", "assets/app-BdT4kLxQ.mjs");
        Assert.Equal(("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"), ((string)asset["ContentType"]!, (string)asset["CacheControl"]!));
        var data = await JsonAsync(bed, "s3api", "head-object", "--bucket", SiteBed.Bucket, "--key", "a b/ü+&.json");
        Assert.Equal("application/json; charset=utf-8", (string)data["ContentType"]!);
    }

    [Fact]
    public async Task Site_that_awscli_put_there_is_taken_over_without_sending_its_bytes_again()
    {
        await using var bed = await StartAsync();
        var folder = Directory.CreateTempSubdirectory("towpath-site-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "assets"));
            await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "<h1>1</h1>", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "assets", "app-BdT4kLxQ.mjs"), "app", TestContext.Current.CancellationToken);
            await RunAsync(bed, "s3", "sync", folder, $"s3://{SiteBed.Bucket}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        bed.Forget();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "<h1>1</h1>"), ("assets/app-BdT4kLxQ.mjs", "app")));
        Assert.All(bed.Puts, key => Assert.StartsWith("docs/.towpath/", key, StringComparison.Ordinal));
        Assert.Equal("text/javascript; charset=utf-8", bed.HeaderOf("assets/app-BdT4kLxQ.mjs", "Content-Type"));
    }

    private static async Task<SiteBed> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Aws), "awscli is not installed: apt-get install awscli");
        return await SiteBed.StartAsync();
    }

    private static async Task<JsonObject> JsonAsync(SiteBed bed, params string[] arguments) => (JsonObject)JsonNode.Parse(await RunAsync(bed, arguments))!;

    private static async Task<string> RunAsync(SiteBed bed, params string[] arguments)
    {
        var emulator = bed.Aws.Emulator;
        var start = new ProcessStartInfo(Aws, ["--endpoint-url", emulator.Url.GetLeftPart(UriPartial.Authority), "--output", "json", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in new (string, string)[]
        {
            ("AWS_ACCESS_KEY_ID", emulator.Options.AccessKey), ("AWS_SECRET_ACCESS_KEY", emulator.Options.Secret), ("AWS_DEFAULT_REGION", SiteBed.Region), ("AWS_PAGER", ""),
            ("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"), ("AWS_EC2_METADATA_DISABLED", "true"), ("LC_ALL", "C.UTF-8"),
        }) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
