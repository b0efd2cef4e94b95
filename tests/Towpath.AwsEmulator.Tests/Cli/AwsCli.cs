using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Tests.Cli;

/// <summary>Debian's awscli: an independent client that must get right answers.</summary>
internal static class AwsCli
{
    private const string Program = "/usr/bin/aws";
    private static readonly SemaphoreSlim Two = new(2);

    /// <summary>Runs <c>aws ARGUMENTS</c> with the root key of the emulator's account.</summary>
    public static Task<AwsCliRun> RunAsync(Emulator emulator, params string[] arguments) =>
        RunAsync(emulator, new AwsKeys(emulator.Options.AccessKey, emulator.Options.Secret, null), arguments);

    public static async Task<AwsCliRun> RunAsync(Emulator emulator, AwsKeys keys, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, ["--endpoint-url", emulator.Url.GetLeftPart(UriPartial.Authority), .. arguments])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("AWS_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["AWS_ACCESS_KEY_ID"] = keys.AccessKey;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = keys.Secret;
        if (keys.SessionToken is { } token) start.Environment["AWS_SESSION_TOKEN"] = token;
        start.Environment["AWS_DEFAULT_REGION"] = emulator.Options.Region;
        start.Environment["AWS_CONFIG_FILE"] = start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        start.Environment["AWS_PAGER"] = "";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_MAX_ATTEMPTS"] = "1";
        start.Environment["AWS_DEFAULT_OUTPUT"] = "json";
        var cancellation = TestContext.Current.CancellationToken;
        await Two.WaitAsync(cancellation);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return new AwsCliRun(process.ExitCode, await output, (await error).Trim());
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

    /// <summary>Failed with AWS's error code.</summary>
    public void FailedWith(string code)
    {
        Assert.NotEqual(0, ExitCode);
        Assert.Contains($"({code})", Error, StringComparison.Ordinal);
    }
}
