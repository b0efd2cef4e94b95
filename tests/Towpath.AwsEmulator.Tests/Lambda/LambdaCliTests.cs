using System.IO.Compression;
using System.Security.Cryptography;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Lambda;
using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.Lambda;

/// <summary>Lambda as Debian's awscli sees it.</summary>
public sealed class LambdaCliTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-lambda-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public async Task A_version_is_published_and_an_alias_moved_to_it_unless_another_moved_it_first()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Task<AwsCliRun> Lambda(string call, params string[] arguments) => AwsCli.RunAsync(emulator, ["lambda", call, "--function-name", "hello", .. arguments]);
        var (zip, sha) = Zip("one");

        var made = (await Lambda("create-function", "--runtime", "nodejs18.x", "--handler", "index.handler", "--role", "arn:aws:iam::111111111111:role/hello", "--zip-file", $"fileb://{zip}")).Json;
        Assert.Equal(("Pending", sha), ((string)made["State"]!, (string)made["CodeSha256"]!));
        (await AwsCli.RunAsync(emulator, "lambda", "wait", "function-active-v2", "--function-name", "hello")).Succeeded();
        Assert.Equal("1", (string)(await Lambda("publish-version", "--code-sha256", sha)).Json["Version"]!);
        Assert.Equal("1", (string)(await Lambda("publish-version")).Json["Version"]!);
        (await Lambda("publish-version", "--code-sha256", "wrong")).FailedWith("InvalidParameterValueException");
        var alias = (await Lambda("create-alias", "--name", "live", "--function-version", "1")).Json;
        (await Lambda("create-alias", "--name", "live", "--function-version", "1")).FailedWith("ResourceConflictException");

        var (second, _) = Zip("two");
        var updated = (await Lambda("update-function-code", "--zip-file", $"fileb://{second}")).Json;
        Assert.Equal("InProgress", (string)updated["LastUpdateStatus"]!);
        (await AwsCli.RunAsync(emulator, "lambda", "wait", "function-updated-v2", "--function-name", "hello")).Succeeded();
        Assert.Equal("2", (string)(await Lambda("publish-version", "--description", "second")).Json["Version"]!);
        Assert.Equal(["$LATEST", "1", "2"], (await Lambda("list-versions-by-function")).Json["Versions"]!.AsArray().Select(version => (string)version!["Version"]!));

        var moved = (await Lambda("update-alias", "--name", "live", "--revision-id", (string)alias["RevisionId"]!, "--routing-config", "AdditionalVersionWeights={2=0.5}")).Json;
        Assert.Equal(0.5, (double)moved["RoutingConfig"]!["AdditionalVersionWeights"]!["2"]!);
        (await Lambda("update-alias", "--name", "live", "--revision-id", (string)alias["RevisionId"]!, "--function-version", "2")).FailedWith("PreconditionFailedException");
        Assert.Equal("live", (string)(await Lambda("list-aliases", "--function-version", "1")).Json["Aliases"]![0]!["Name"]!);
        Assert.Equal("1", (string)(await Lambda("get-alias", "--name", "live")).Json["FunctionVersion"]!);
        (await Lambda("get-alias", "--name", "gone")).FailedWith("ResourceNotFoundException");
    }

    [Fact]
    public async Task Invocations_answer_as_scripted_and_failed_updates_say_why()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var script = emulator.Estate().Look(estate => estate.Lambda);
        script.Answer("hello", new InvocationAnswer("""{"ok":true}"""));
        script.Answer("hello", new InvocationAnswer("""{"errorMessage":"no"}""", "Unhandled"), "1");
        Task<AwsCliRun> Lambda(string call, params string[] arguments) => AwsCli.RunAsync(emulator, ["lambda", call, "--function-name", "hello", .. arguments]);
        var (zip, _) = Zip("one");
        (await Lambda("create-function", "--runtime", "nodejs18.x", "--handler", "i.h", "--role", "arn:aws:iam::111111111111:role/hello", "--zip-file", $"fileb://{zip}", "--publish")).Succeeded();
        (await AwsCli.RunAsync(emulator, "lambda", "wait", "function-active-v2", "--function-name", "hello")).Succeeded();
        var answer = Path.Combine(_folder, "answer");

        Assert.Equal("$LATEST", (string)(await Lambda("invoke", answer)).Json["ExecutedVersion"]!);
        Assert.Equal("""{"ok":true}""", await File.ReadAllTextAsync(answer, TestContext.Current.CancellationToken));
        Assert.Equal("Unhandled", (string)(await Lambda("invoke", "--qualifier", "1", answer)).Json["FunctionError"]!);

        script.FailUpdate("hello", "The role is gone.");
        (await Lambda("update-function-configuration", "--timeout", "9")).Succeeded();
        (await AwsCli.RunAsync(emulator, "lambda", "wait", "function-updated-v2", "--function-name", "hello")).FailedSaying("terminal failure state");
        var configuration = (await Lambda("get-function-configuration")).Json;
        Assert.Equal(("Failed", "The role is gone.", 9), ((string)configuration["LastUpdateStatus"]!, (string)configuration["LastUpdateStatusReason"]!, (int)configuration["Timeout"]!));
        Assert.Equal("S3", (string)(await Lambda("get-function")).Json["Code"]!["RepositoryType"]!);
        (await Lambda("update-function-code", "--s3-bucket", "gone", "--s3-key", "a.zip")).FailedWith("InvalidParameterValueException");
        (await Lambda("delete-function")).Succeeded();
        (await Lambda("get-function")).FailedWith("ResourceNotFoundException");
    }

    private (string Path, string Sha) Zip(string content)
    {
        var path = Path.Combine(_folder, content + ".zip");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var writer = new StreamWriter(archive.CreateEntry("index.js").Open())) writer.Write(content);
        return (path, Convert.ToBase64String(SHA256.HashData(File.ReadAllBytes(path))));
    }
}
