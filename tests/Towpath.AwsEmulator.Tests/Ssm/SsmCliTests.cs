using Towpath.AwsEmulator.Ssm;
using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.Ssm;

/// <summary>Every call of Parameter Store that is emulated, asked by awscli.</summary>
public sealed class SsmCliTests : IAsyncLifetime
{
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Parameters_are_put_in_versions_and_read_back()
    {
        Assert.Equal(1, (int?)(await RunAsync("put-parameter", "--name", "/web/version", "--value", "1.0.0", "--type", "String", "--tags", "Key=a,Value=b")).Json["Version"]);
        (await RunAsync("put-parameter", "--name", "/web/version", "--value", "1.1.0")).FailedWith("ParameterAlreadyExists");
        Assert.Equal(2, (int?)(await RunAsync("put-parameter", "--name", "/web/version", "--value", "1.1.0", "--overwrite")).Json["Version"]);
        (await RunAsync("put-parameter", "--name", "/web/other", "--value", "x", "--overwrite")).FailedWith("ValidationException");
        (await RunAsync("add-tags-to-resource", "--resource-type", "Parameter", "--resource-id", "/web/version", "--tags", "Key=c,Value=d")).Succeeded();

        var newest = (await RunAsync("get-parameter", "--name", "/web/version")).Json["Parameter"]!;
        Assert.Equal(("1.1.0", 2, "String"), ((string?)newest["Value"], (int?)newest["Version"], (string?)newest["Type"]));
        Assert.Equal("arn:aws:ssm:us-east-1:111111111111:parameter/web/version", (string?)newest["ARN"]);
        Assert.Equal("1.0.0", (string?)(await RunAsync("get-parameter", "--name", "/web/version:1")).Json["Parameter"]!["Value"]);
        (await RunAsync("get-parameter", "--name", "/web/version:7")).FailedWith("ParameterVersionNotFound");
        Assert.Equal(2, (await RunAsync("list-tags-for-resource", "--resource-type", "Parameter", "--resource-id", "/web/version")).Json["TagList"]!.AsArray().Count);
        (await RunAsync("remove-tags-from-resource", "--resource-type", "Parameter", "--resource-id", "/web/version", "--tag-keys", "a")).Succeeded();
        Assert.Single((await RunAsync("list-tags-for-resource", "--resource-type", "Parameter", "--resource-id", "/web/version")).Json["TagList"]!.AsArray());
        Assert.Equal(2, (await RunAsync("get-parameter-history", "--name", "/web/version")).Json["Parameters"]!.AsArray().Count);
    }

    [Fact]
    public async Task Secrets_are_shown_only_when_decrypted_and_elsewhere_there_is_nothing()
    {
        (await RunAsync("put-parameter", "--name", "/web/key", "--value", "s3cret", "--type", "SecureString")).Succeeded();

        Assert.NotEqual("s3cret", (string?)(await RunAsync("get-parameter", "--name", "/web/key")).Json["Parameter"]!["Value"]);
        Assert.Equal("s3cret", (string?)(await RunAsync("get-parameter", "--name", "/web/key", "--with-decryption")).Json["Parameter"]!["Value"]);
        (await RunAsync("get-parameter", "--name", "/web/key", "--region", "eu-west-1")).FailedWith("ParameterNotFound");
        (await RunAsync("delete-parameter", "--name", "/web/key")).Succeeded();
        (await RunAsync("delete-parameter", "--name", "/web/key")).FailedWith("ParameterNotFound");
    }

    [Fact]
    public async Task Parameters_are_found_by_name_path_and_filter()
    {
        var state = _emulator.State.Of<SsmState>();
        for (var i = 0; i < 12; i++) state.Put("111111111111", "us-east-1", $"/web/dev/{i:00}", $"{i}");
        state.Put("111111111111", "us-east-1", "/web/dev/deep/er", "x");

        var some = (await RunAsync("get-parameters", "--names", "/web/dev/00", "/web/dev/99")).Json;
        Assert.Equal(("0", "/web/dev/99"), ((string?)some["Parameters"]![0]!["Value"], (string?)some["InvalidParameters"]![0]));
        Assert.Equal(12, (await RunAsync("get-parameters-by-path", "--path", "/web/dev")).Json["Parameters"]!.AsArray().Count);
        Assert.Equal(13, (await RunAsync("get-parameters-by-path", "--path", "/web", "--recursive")).Json["Parameters"]!.AsArray().Count);
        Assert.Equal(4, _emulator.Calls.Of("ssm", "GetParametersByPath").Count);
        Assert.Single((await RunAsync("describe-parameters", "--parameter-filters", "Key=Name,Option=Equals,Values=/web/dev/03")).Json["Parameters"]!.AsArray());
        Assert.Equal("/n", (string?)(await RunAsync("delete-parameters", "--names", "/web/dev/00", "/n")).Json["InvalidParameters"]![0]);
        Assert.Null(state.ValueOf("111111111111", "us-east-1", "/web/dev/00"));
        (await RunAsync(["get-parameters", "--names", .. Enumerable.Range(0, 11).Select(i => $"/n/{i}")])).FailedWith("ValidationException");
    }

    private Task<AwsCliRun> RunAsync(params string[] arguments) => AwsCli.RunAsync(_emulator, ["ssm", .. arguments]);
}
