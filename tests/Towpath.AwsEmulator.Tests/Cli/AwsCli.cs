using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Tests.Cli;

/// <summary>Debian's awscli: an independent client that must get right answers.</summary>
internal static class AwsCli
{
    private static readonly SemaphoreSlim Two = new(2);
    private static readonly ConcurrentBag<AwsCliWorker> Workers = [];

    /// <summary>Runs <c>aws ARGUMENTS</c> with the access key of the emulator's account.</summary>
    public static Task<AwsCliRun> RunAsync(Emulator emulator, params string[] arguments) =>
        RunAsync(emulator, new AwsKeys(emulator.Options.AccessKey, emulator.Options.Secret, null), arguments);

    public static async Task<AwsCliRun> RunAsync(Emulator emulator, AwsKeys keys, params string[] arguments)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_ACCESS_KEY_ID"] = keys.AccessKey, ["AWS_SECRET_ACCESS_KEY"] = keys.Secret,
            ["AWS_DEFAULT_REGION"] = emulator.Options.Region, ["AWS_CONFIG_FILE"] = "/dev/null", ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
            ["AWS_PAGER"] = "", ["AWS_EC2_METADATA_DISABLED"] = "true", ["AWS_MAX_ATTEMPTS"] = "1", ["AWS_DEFAULT_OUTPUT"] = "json",
        };
        if (keys.SessionToken is { } token) variables["AWS_SESSION_TOKEN"] = token;
        var cancellation = TestContext.Current.CancellationToken;
        await Two.WaitAsync(cancellation);
        var worker = Workers.TryTake(out var idle) ? idle : new AwsCliWorker();
        try
        {
            var run = await worker.RunAsync(variables, ["--endpoint-url", emulator.Url.GetLeftPart(UriPartial.Authority), .. arguments], cancellation);
            Workers.Add(worker);
            return run;
        }
        finally
        {
            Two.Release();
        }
    }
}

internal sealed record AwsKeys(string AccessKey, string Secret, string? SessionToken);

internal sealed record AwsCliRun(int ExitCode, string Output, string Error)
{
    /// <summary>The answer; fails with awscli's own words when it was an error.</summary>
    public JsonNode Json
    {
        get
        {
            Assert.True(ExitCode == 0, Error);
            return JsonNode.Parse(Output)!;
        }
    }

    /// <summary>Succeeded, whatever it printed.</summary>
    public void Succeeded() => Assert.True(ExitCode == 0, Error);

    public void Failed() => Assert.NotEqual(0, ExitCode);

    /// <summary>Failed with AWS's error code.</summary>
    public void FailedWith(string code)
    {
        Assert.NotEqual(0, ExitCode);
        Assert.Contains($"({code})", Error, StringComparison.Ordinal);
    }

    /// <summary>Failed with words of awscli's own.</summary>
    public void FailedSaying(string words)
    {
        Assert.NotEqual(0, ExitCode);
        Assert.Contains(words, Error, StringComparison.Ordinal);
    }
}
