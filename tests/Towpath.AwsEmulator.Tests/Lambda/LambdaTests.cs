using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Tests.Scene;
using Towpath.Testing;

namespace Towpath.AwsEmulator.Tests.Lambda;

/// <summary>What takes time, over plain HTTP with a clock that stands still.</summary>
public sealed class LambdaTests
{
    private static readonly string Code = Convert.ToBase64String("PK\u0003\u0004one"u8);

    [Fact]
    public async Task While_an_update_is_in_progress_other_changes_are_conflicts_and_the_revision_changes_at_its_end()
    {
        var time = new VirtualTime();
        await using var emulator = await Emulator.StartAsync(new EmulatorOptions { Time = time }, TestContext.Current.CancellationToken);
        using var http = new SignedHttp(emulator, "lambda");
        await SendAsync(http, HttpMethod.Post, "", $$$"""{"FunctionName":"hello","Role":"arn:aws:iam::111111111111:role/x","Code":{"ZipFile":"{{{Code}}}"}}""", 201);
        await SendAsync(http, HttpMethod.Put, "/hello/code", $$"""{"ZipFile":"{{Code}}"}""", 409);
        time.Advance(TimeSpan.FromMilliseconds(100));

        var updated = await SendAsync(http, HttpMethod.Put, "/hello/code", $$"""{"ZipFile":"{{Code}}"}""", 200);
        await SendAsync(http, HttpMethod.Post, "/hello/versions", "{}", 409);
        time.Advance(TimeSpan.FromMilliseconds(100));

        var after = await SendAsync(http, HttpMethod.Get, "/hello/configuration", null, 200);
        Assert.Equal("Successful", (string)after["LastUpdateStatus"]!);
        Assert.NotEqual((string)updated["RevisionId"]!, (string)after["RevisionId"]!);
        await SendAsync(http, HttpMethod.Post, "/hello/versions", $$"""{"RevisionId":"{{(string)updated["RevisionId"]!}}"}""", 412);
        await SendAsync(http, HttpMethod.Post, "/hello/versions", $$"""{"RevisionId":"{{(string)after["RevisionId"]!}}"}""", 201);
    }

    [Fact]
    public async Task Code_that_is_no_zip_is_refused_and_a_dry_run_changes_nothing()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        emulator.Estate().Look(estate => estate.Lambda).CreateTakes = TimeSpan.Zero;
        using var http = new SignedHttp(emulator, "lambda");
        var refused = await SendAsync(http, HttpMethod.Post, "", """{"FunctionName":"hello","Code":{"ZipFile":"bm8="}}""", 400);
        Assert.Contains("Could not unzip uploaded file", (string)refused["message"]!, StringComparison.Ordinal);
        var made = await SendAsync(http, HttpMethod.Post, "", $$$"""{"FunctionName":"hello","Code":{"ZipFile":"{{{Code}}}"}}""", 201);

        var rehearsed = await SendAsync(http, HttpMethod.Put, "/hello/code", $$"""{"ZipFile":"{{Convert.ToBase64String("PK other"u8)}}","DryRun":true}""", 200);

        Assert.NotEqual((string)made["CodeSha256"]!, (string)rehearsed["CodeSha256"]!);
        Assert.Equal((string)made["CodeSha256"]!, (string)(await SendAsync(http, HttpMethod.Get, "/hello/configuration", null, 200))["CodeSha256"]!);
    }

    [Fact]
    public async Task Code_comes_from_the_emulated_s3_of_the_same_region()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var s3 = S3State.Of(emulator.State);
        s3.AddBucket("artifacts");
        s3.AddBucket("elsewhere", region: "eu-west-1");
        s3.Put("artifacts", "hello.zip", Convert.FromBase64String(Code));
        using var http = new SignedHttp(emulator, "lambda");

        var made = await SendAsync(http, HttpMethod.Post, "", Source("artifacts", "hello.zip"), 201);

        Assert.Equal(Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(Code))), (string)made["CodeSha256"]!);
        Assert.Equal(
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
            (string)(await SendAsync(http, HttpMethod.Put, "/hello/code", Source("artifacts", "gone.zip"), 400))["message"]!);
        Assert.Contains("PermanentRedirect", (string)(await SendAsync(http, HttpMethod.Put, "/hello/code", Source("elsewhere", "hello.zip"), 400))["message"]!, StringComparison.Ordinal);

        static string Source(string bucket, string key) =>
            $$$"""{"FunctionName":"hello","S3Bucket":"{{{bucket}}}","S3Key":"{{{key}}}","Code":{"S3Bucket":"{{{bucket}}}","S3Key":"{{{key}}}"}}""";
    }

    [Fact]
    public async Task Weights_share_the_invocations_out()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        emulator.Estate().Look(estate => estate.Lambda).CreateTakes = TimeSpan.Zero;
        emulator.Estate().Look(estate => estate.Lambda).UpdateTakes = TimeSpan.Zero;
        using var http = new SignedHttp(emulator, "lambda");
        await SendAsync(http, HttpMethod.Post, "", $$$"""{"FunctionName":"hello","Publish":true,"Code":{"ZipFile":"{{{Code}}}"}}""", 201);
        await SendAsync(http, HttpMethod.Put, "/hello/code", $$"""{"ZipFile":"{{Convert.ToBase64String("PK other"u8)}}","Publish":true}""", 200);
        await SendAsync(http, HttpMethod.Post, "/hello/aliases", """{"Name":"live","FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"2":0.25}}}""", 201);

        emulator.Estate().Look(estate => estate.Lambda).Answer("hello", new("1"), "1");
        emulator.Estate().Look(estate => estate.Lambda).Answer("hello", new("2"), "2");
        var answers = new List<string>();
        for (var i = 0; i < 8; i++) answers.Add((await http.SendAsync(HttpMethod.Post, "/2015-03-31/functions/hello/invocations?Qualifier=live", "{}")).Body);

        Assert.Equal(["1", "1", "1", "2", "1", "1", "1", "2"], answers);
    }

    private static async Task<JsonObject> SendAsync(SignedHttp http, HttpMethod method, string path, string? body, int expected)
    {
        var (status, answer) = await http.SendAsync(method, "/2015-03-31/functions" + path, body);
        Assert.True(status == expected, answer);
        return (JsonObject)JsonNode.Parse(answer)!;
    }
}
